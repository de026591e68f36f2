export { blockingKeys, type BlockingKeys } from './blocking-keys.js'
export {
  buildProfile,
  type Notice,
  type RecordContext,
  type RecordDetails,
  type RecordIdentifier,
  type RecordParent,
} from './build-profile.js'
export { decideLink, scorePerson, type Candidate, type LinkDecision } from './decide.js'
export { explain, type Explanation } from './explain.js'
export { dayOneModel, modelHash, type Model } from './model.js'
export { emptyProfile, type Profile } from './profile.js'
