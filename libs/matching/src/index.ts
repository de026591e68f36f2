export { addedVariants, type AddedVariants, type NamePair, type NamePart } from './added-variants.js'
export { blockingKeys } from './blocking-keys.js'
export { buildProfile, type Notice, type RecordDetails, type RecordIdentifier } from './build-profile.js'
export {
  decideLink,
  judge,
  matchGrade,
  scorePerson,
  scoreProfiles,
  type LinkDecision,
  type MatchGrade,
  type Person,
} from './decide.js'
export { type Candidate } from './person-score.js'
export { ChildIndex, type Resolution } from './index/child-index.js'
export { withoutGeneric } from './generic-values.js'
export { explain, replay, type Explanation } from './explain.js'
export { countFrequencies } from './learn/count-frequencies.js'
export { calibratedClasses, calibrationFor, isCalibratedBySource } from './calibration.js'
export { type DecidedPair } from './learn/decided-pair.js'
export { learnModel, type Learned, type LearningRecord } from './learn/learn-model.js'
export { VariantMiner, type MinedVariant, type ToldProfile } from './learn/mine-variants.js'
export { readNamePair, type NoPair } from './name-pair.js'
export { dayOneModel, modelHash, weighedFor, withVariants, type Model } from './model.js'
export { emptyProfile, isEarlierNormaliser, normaliserVersion, type Profile } from './profile.js'
export { Helper, type Helpers } from './linkage/crew.js'
export { linkBatch, linkOnline, type Linkage } from './linkage/link.js'
export { type Column, type Field, type LinkageRecords } from './linkage/records.js'
export { type SharedWork } from './linkage/shared-work.js'
