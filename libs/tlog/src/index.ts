export { canonicalJson, NotCanonicalError } from './canonical-json.js'
export { commitmentOf, commitmentOfOuter, type Opening } from './commitment.js'
export { emptyRoot, hashBytes, leafHash, nodeHash, sha256 } from './hash.js'
