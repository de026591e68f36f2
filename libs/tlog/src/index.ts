export { canonicalJson, NotCanonicalError } from './canonical-json.js'
export { openCheckpoint, parseCheckpoint, signCheckpoint, type Checkpoint } from './checkpoint.js'
export { commitmentOf, isCommittedTo } from './commitment.js'
export { CompactRange } from './compact-range.js'
export { consistencyProof, verifyConsistency } from './consistency-proof.js'
export { hashBytes, leafHash, sha256 } from './hash.js'
export { inclusionProof, verifyInclusion } from './inclusion-proof.js'
export {
  noteKey,
  parseNote,
  readSigner,
  readVerifier,
  type NoteSigner,
  type NoteVerifier,
  type SignedNote,
} from './note.js'
export { coverOf, foldRight } from './subtree.js'
export {
  entriesPath,
  parseTilePath,
  perfectRoot,
  subtreesFrom,
  tilePath,
  tilesAt,
  tileWidth,
  type TileId,
} from './tile.js'
export { placeOf, TiledTree } from './tiled-tree.js'
export { formatTlogProof, parseTlogProof, verifyTlogProof, type ProofVerdict } from './tlog-proof.js'
export { considerCheckpoint, type Remembered } from './witness.js'
export { parseWitnessPolicy, quorumOf, type WitnessPolicy } from './witness-policy.js'
