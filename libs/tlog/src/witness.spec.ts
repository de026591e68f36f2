import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { signCheckpoint } from './checkpoint.js'
import { CompactRange } from './compact-range.js'
import { consistencyProof } from './consistency-proof.js'
import { leafHash } from './hash.js'
import { noteKey, readSigner, readVerifier } from './note.js'
import { considerCheckpoint, type Remembered } from './witness.js'

const logKey = noteKey('waymark.example/log', 'log', Buffer.alloc(32, 1))
const log = readSigner(logKey.secret)
const signer = readSigner(noteKey('witness.example', 'witness', Buffer.alloc(32, 2)).secret)
const rangeOf = (from: number, count: number): CompactRange => {
  const range = new CompactRange()
  for (let at = 0; at < count; at++) range.append(leafHash(Buffer.from(String(from + at))))
  return range
}
const rootAt = (size: number): Buffer => rangeOf(0, size).root()
const noteAt = (size: number, root = rootAt(size)): string => signCheckpoint({ origin: log.name, size, root }, log)
const proofOf = (from: number, to: number): string =>
  consistencyProof(from, to, ({ level, index }) => rangeOf(index * 2 ** level, 2 ** level).root())
    .map((hash) => `${hash.toString('base64')}\n`)
    .join('')
const ask = (request: string, remembered?: Remembered) =>
  considerCheckpoint(request, { log: readVerifier(logKey.public), signer, remembered, nowSeconds: 1_795_000_000 })

describe('a witness', () => {
  it('cosigns what continues what it saw, whatever the steps', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 40 }), (first, more) => {
        const begun = ask(`old 0\n\n${noteAt(first)}`)
        expect(begun).toMatchObject({ status: 200, remember: { size: first } })
        const size = first + more
        const next = ask(`old ${String(first)}\n${proofOf(first, size)}\n${noteAt(size)}`, {
          size: first,
          root: rootAt(first),
        })
        expect(next).toMatchObject({ status: 200, remember: { size, root: rootAt(size) } })
      }),
      { numRuns: 30 },
    )
  })

  it('says where it is when asked from elsewhere, or shown another history of the same length', () => {
    const remembered = { size: 5, root: rootAt(5) }
    expect(ask(`old 3\n${proofOf(3, 8)}\n${noteAt(8)}`, remembered)).toEqual({ status: 409, body: '5\n' })
    expect(ask(`old 5\n\n${noteAt(5, rootAt(6))}`, remembered)).toEqual({ status: 409, body: '5\n' })
  })

  it('refuses a longer log that rewrote what it saw', () => {
    const forged = noteAt(8, rangeOf(100, 8).root())
    expect(ask(`old 5\n${proofOf(5, 8)}\n${forged}`, { size: 5, root: rootAt(5) })).toEqual({ status: 422, body: '' })
  })

  it('tells an unknown log, a wrong signature and nonsense apart', () => {
    const other = signCheckpoint({ origin: 'other.example', size: 1, root: rootAt(1) }, log)
    expect(ask(`old 0\n\n${other}`).status).toBe(404)
    expect(ask(`old 0\n\n${noteAt(1).replace('\n1\n', '\n2\n')}`).status).toBe(403)
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(ask(text).status).toBe(400)
      }),
    )
  })
})
