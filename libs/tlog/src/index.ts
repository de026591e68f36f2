export { canonicalJson, NotCanonicalError } from './canonical-json.js'
export { checkpointText, openCheckpoint, parseCheckpoint, signCheckpoint, type Checkpoint } from './checkpoint.js'
export { commitmentOf, commitmentOfOuter, type Opening } from './commitment.js'
export { CompactRange, onesOf } from './compact-range.js'
export { consistencyProof, verifyConsistency, type ConsistencyClaim } from './consistency-proof.js'
export { cosign, cosignedAt } from './cosignature.js'
export { emptyRoot, hashBytes, leafHash, nodeHash, sha256 } from './hash.js'
export { inclusionProof, verifyInclusion } from './inclusion-proof.js'
export {
  formatNote,
  noteKey,
  parseNote,
  parseSignature,
  readSigner,
  readVerifier,
  type NoteKeyType,
  type NoteSigner,
  type NoteVerifier,
  type SignedNote,
} from './note.js'
export { coverOf, foldRight, rangeRoot, type Subtree, type SubtreeHash } from './subtree.js'
export {
  entriesPath,
  parseTilePath,
  perfectRoot,
  subtreesFrom,
  tileOf,
  tilePath,
  tilesAt,
  tileWidth,
  type TileId,
} from './tile.js'
export { formatTlogProof, parseTlogProof, verifyTlogProof, type ProofVerdict, type TlogProof } from './tlog-proof.js'
export { parseWitnessPolicy, quorumOf, WitnessPolicyError, type WitnessPolicy } from './witness-policy.js'
export { considerCheckpoint, type Remembered, type WitnessPosition, type WitnessVerdict } from './witness.js'
