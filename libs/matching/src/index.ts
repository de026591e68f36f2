export { blockingKeys } from './blocking-keys.js'
export { buildProfile, type Notice, type RecordDetails, type RecordIdentifier } from './build-profile.js'
export {
  decideLink,
  judge,
  matchGrade,
  scorePerson,
  type LinkDecision,
  type MatchGrade,
  type Person,
} from './decide.js'
export { type Candidate, type Standing } from './person-score.js'
export { ChildIndex, type Resolution, type ResolveOptions } from './index/child-index.js'
export { explain, replay, type Explanation, type Replay } from './explain.js'
export { countFrequencies } from './learn/count-frequencies.js'
export { calibrated, calibrationOf, type CalibrationMap, type CalibrationPoint } from './learn/isotonic.js'
export {
  learnModel,
  type DecidedPair,
  type Learned,
  type LearningRecord,
  type LearningTask,
} from './learn/learn-model.js'
export {
  compareModels,
  ShadowReport,
  type FlipCount,
  type ShadowComparison,
  type ShadowContext,
} from './learn/shadow.js'
export { dayOneModel, modelHash, type Model } from './model.js'
export { emptyProfile, type Profile } from './profile.js'
export { linkBatch, linkOnline, type Linkage, type Progress } from './linkage/link.js'
export { columnOf, type Column, type Field, type LinkageRecords } from './linkage/records.js'
