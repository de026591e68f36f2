import { readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { verifyConsistency } from './consistency-proof.js'
import { verifyInclusion } from './inclusion-proof.js'

interface InclusionCase {
  name: string
  leafIdx: number
  treeSize: number
  root: string
  leafHash: string
  proof: string[] | null
  wantErr: boolean
}
interface ConsistencyCase {
  name: string
  size1: number
  size2: number
  root1: string
  root2: string
  proof: string[] | null
  wantErr: boolean
}
const vectors = JSON.parse(readFileSync('libs/tlog/testdata/merkle-vectors.json', 'utf8')) as {
  inclusion: InclusionCase[]
  consistency: ConsistencyCase[]
}
const bytes = (text: string): Buffer => Buffer.from(text, 'base64')

describe('the published Merkle vectors', () => {
  it('are all there', () => {
    expect(vectors.inclusion.length + vectors.consistency.length).toBe(196)
  })

  it.each(vectors.inclusion)('inclusion $name', ({ leafIdx, treeSize, root, leafHash, proof, wantErr }) => {
    const claim = {
      index: leafIdx,
      size: treeSize,
      leaf: bytes(leafHash),
      proof: (proof ?? []).map(bytes),
      root: bytes(root),
    }
    expect(verifyInclusion(claim)).toBe(!wantErr)
  })

  it.each(vectors.consistency)('consistency $name', ({ size1, size2, root1, root2, proof, wantErr }) => {
    const hashes = (proof ?? []).map(bytes)
    const claim = { oldSize: size1, size: size2, oldRoot: bytes(root1), root: bytes(root2), proof: hashes }
    expect(verifyConsistency(claim)).toBe(!wantErr)
  })
})
