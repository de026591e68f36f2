import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { canonicalJson, NotCanonicalError } from './canonical-json.js'
import { openCheckpoint, parseCheckpoint, signCheckpoint } from './checkpoint.js'
import { commitmentOf, isCommittedTo } from './commitment.js'
import { CompactRange } from './compact-range.js'
import { cosign } from './cosignature.js'
import { leafHash } from './hash.js'
import { inclusionProof } from './inclusion-proof.js'
import { formatNote, noteKey, parseNote, readSigner, readVerifier } from './note.js'
import { formatTlogProof, parseTlogProof, verifyTlogProof } from './tlog-proof.js'
import { parseWitnessPolicy, WitnessPolicyError } from './witness-policy.js'

const seed = (byte: number): Buffer => Buffer.alloc(32, byte)
const logKey = noteKey('waymark.example/log', 'log', seed(1))
const witnessKeys = [2, 3, 4].map((byte) => noteKey(`witness-${String(byte)}.example`, 'witness', seed(byte)))
const log = readSigner(logKey.secret)
const policyText = [
  '# two of three',
  `log ${logKey.public}`,
  ...witnessKeys.map((key, at) => `witness w${String(at)} ${key.public} http://127.0.0.1:1`),
  'group all-three 2 w0 w1 w2',
  'quorum all-three',
  '',
].join('\n')

describe('canonical JSON', () => {
  it('sorts names by UTF-16 units and writes numbers as ECMAScript does', () => {
    expect(canonicalJson({ '\u20ac': 'Euro', '\r': 1, '1': [1e21, 0.000001, -0, true, null], ö: undefined })).toBe(
      '{"\\r":1,"1":[1e+21,0.000001,0,true,null],"€":"Euro"}',
    )
  })

  it('does not depend on the order in which members were set', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
        const turned = Object.fromEntries(Object.entries(value).reverse())
        expect(canonicalJson(turned)).toBe(canonicalJson(value))
      }),
    )
  })

  it('writes any value as sorting its names and stringifying each part would', () => {
    const plain = (value: unknown): string => {
      if (Array.isArray(value)) return `[${value.map(plain).join(',')}]`
      if (typeof value !== 'object' || value === null) return JSON.stringify(value)
      const names = Object.keys(value).sort()
      const members = names.map((name) => `${JSON.stringify(name)}:${plain((value as Record<string, unknown>)[name])}`)
      return `{${members.join(',')}}`
    }
    const names = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('10', '9', 'a', 'B', 'é', '\ufb33', '\u{1f600}'),
    )
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        tie('leaf'),
        tie('object'),
        tie('wide'),
        fc.array(tie('value'), { maxLength: 5 }),
      ),
      object: fc.dictionary(names, tie('value'), { maxKeys: 12 }),
      wide: fc.dictionary(names, fc.nat(), { minKeys: 30, maxKeys: 40 }),
      leaf: fc.oneof(
        fc.string({ unit: 'grapheme' }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.constant(null),
      ),
    }))
    fc.assert(
      fc.property(value, (any) => {
        expect(canonicalJson(any)).toBe(plain(any))
      }),
    )
  })

  it.each([[Number.NaN], [Infinity], ['\ud800'], [1n], [() => 1]])('has no form for %p', (value) => {
    expect(() => canonicalJson(value)).toThrow(NotCanonicalError)
  })
})

describe('a commitment', () => {
  const opening = { outer: { id: 'r1' }, inner: { child: 'c1' }, salt1: seed(1), salt2: seed(2) }

  it('can be checked by who holds the outer part alone', () => {
    const { innerHash, commitment, outerText } = commitmentOf(opening)
    expect(isCommittedTo(Buffer.from(outerText), { commitment, innerHash, salt1: seed(1) })).toBe(true)
  })

  it('changes with every part', () => {
    const { commitment } = commitmentOf(opening)
    for (const change of [{ outer: { id: 'r2' } }, { inner: {} }, { salt1: seed(9) }, { salt2: seed(9) }]) {
      expect(commitmentOf({ ...opening, ...change }).commitment).not.toEqual(commitment)
    }
  })
})

describe('a signed note', () => {
  it('has the key forms and ids of the signed-note specification', () => {
    const { name, keyId } = readVerifier('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
    expect([name, keyId.toString('hex')]).toEqual(['PeterNeumann', 'c74f20a3'])
  })

  it.each(['', 'two words', 'thin\u2009space', 'next\u0085line', 'a+b'])('has no key of the name %j', (name) => {
    for (const read of [readSigner, readVerifier]) {
      const key = noteKey(name, 'log', seed(1))
      expect(() => read(read === readSigner ? key.secret : key.public)).toThrow(RangeError)
    }
  })

  it.each(['\r', '\t', '\0', '\u001b'])('holds no control character such as %j, signed or not', (character) => {
    const text = `${log.name}\n7\n${seed(7).toString('base64')}\nextension${character}\n`
    const { name, keyId } = log
    const note = formatNote({ text, signatures: [{ name, keyId, signature: log.sign(Buffer.from(text)) }] })
    expect(parseNote(note)).toBeUndefined()
    expect(parseNote(note.replace(character, ''))).toBeDefined()
    const whole = signCheckpoint({ origin: log.name, size: 7, root: seed(7) }, log)
    expect(openCheckpoint(whole.replaceAll('\n', '\r\n'), readVerifier(logKey.public))).toBeUndefined()
  })

  it('tells origins apart that look alike', () => {
    const [composed, decomposed] = ['caf\u00e9.example/log', 'cafe\u0301.example/log']
    const signer = readSigner(noteKey(decomposed, 'log', seed(1)).secret)
    const note = signCheckpoint({ origin: decomposed, size: 7, root: seed(7) }, signer)
    expect(openCheckpoint(note, readVerifier(noteKey(composed, 'log', seed(1)).public))).toBeUndefined()
    expect(openCheckpoint(note, readVerifier(noteKey(decomposed, 'log', seed(1)).public))).toBeDefined()
  })

  it('refuses a key whose id is another name’s', () => {
    expect(() => readVerifier(logKey.public.replace('waymark', 'wayward'))).toThrow(RangeError)
    expect(() => readSigner(logKey.public)).toThrow(RangeError)
  })

  it('reads what it wrote', () => {
    const note = signCheckpoint({ origin: log.name, size: 7, root: seed(7) }, log)
    const parsed = parseNote(note)
    expect(parsed && formatNote(parsed)).toBe(note)
    expect(openCheckpoint(note, readVerifier(logKey.public))).toMatchObject({ size: 7, root: seed(7) })
  })

  it('is not believed after any change', () => {
    const note = signCheckpoint({ origin: log.name, size: 7, root: seed(7) }, log)
    const verifier = readVerifier(logKey.public)
    fc.assert(
      fc.property(fc.nat(note.length - 1), fc.constantFrom('0', 'A', '\n', ' ', '—'), (at, character) => {
        const altered = note.slice(0, at) + character + note.slice(at + 1)
        fc.pre(altered !== note)
        expect(openCheckpoint(altered, verifier)).toBeUndefined()
      }),
    )
  })

  it.each(['', 'a\n01\n', `a\n1\n${seed(1).toString('base64')}`, 'a\n1\nshort\n'])('is no checkpoint: %j', (text) => {
    expect(parseCheckpoint(text)).toBeUndefined()
  })
})

describe('a witness policy', () => {
  const firstWitness = String(witnessKeys[0]?.public)
  it.each([
    ['quorum w9', 1],
    ['log nonsense', 1],
    [`witness w0 ${firstWitness}\ngroup g 2 w0\nquorum g`, 2],
    ['nothing', 1],
    ['# empty', 1],
    [`log ${logKey.public}\nlog ${noteKey('other.example/log', 'log', seed(1)).public}\nquorum none`, 2],
    [`witness w0 ${firstWitness}\nwitness w1 ${firstWitness}\nquorum w0`, 2],
    [`witness w0 ${firstWitness}\nwitness w1 ${noteKey('other.example', 'witness', seed(2)).public}\nquorum w0`, 2],
    [`log ${logKey.public}\r\nquorum none`, 1],
    [`# tab\t\n# escape \u001b\nquorum none`, 2],
  ])('names the faulty line of %j', (text, line) => {
    expect(() => parseWitnessPolicy(text)).toThrow(WitnessPolicyError)
    expect(() => parseWitnessPolicy(text)).toThrow(`Line ${String(line)} `)
  })
})

describe('a proof for later', () => {
  const entries = [1, 2, 3, 4, 5].map(seed)
  const range = new CompactRange()
  for (const entry of entries) range.append(leafHash(entry))
  const bare = signCheckpoint({ origin: log.name, size: 5, root: range.root() }, log)
  const text = parseNote(bare)?.text ?? ''
  const lines = witnessKeys.map(({ secret }) => cosign(text, readSigner(secret), 1_795_000_000))
  const hashes = inclusionProof(2, 5, ({ level, index }) => {
    const part = new CompactRange()
    for (const entry of entries.slice(index * 2 ** level, (index + 1) * 2 ** level)) part.append(leafHash(entry))
    return part.root()
  })
  const proofWith = (...witnesses: number[]): string =>
    formatTlogProof({ index: 2, hashes, checkpoint: bare + witnesses.map((at) => lines[at] ?? '').join('') })
  const policy = parseWitnessPolicy(policyText)

  it('is believed with two of three witnesses', () => {
    expect(verifyTlogProof(proofWith(0, 2), seed(3), policy)).toEqual({
      ok: true,
      index: 2,
      size: 5,
      witnesses: ['w0', 'w2'],
    })
  })

  it('is not believed with one witness, or one twice', () => {
    expect(verifyTlogProof(proofWith(1), seed(3), policy)).toEqual({ ok: false, reason: 'no-quorum' })
    expect(verifyTlogProof(proofWith(1, 1), seed(3), policy)).toEqual({ ok: false, reason: 'no-quorum' })
  })

  it('is not believed for another entry', () => {
    expect(verifyTlogProof(proofWith(0, 1), seed(4), policy)).toEqual({ ok: false, reason: 'not-in-the-log' })
  })

  it('is never believed after a change, and reading it never fails', () => {
    const proof = proofWith(0, 1, 2)
    fc.assert(
      fc.property(fc.nat(proof.length - 1), fc.string({ maxLength: 3 }), (at, inserted) => {
        const altered = proof.slice(0, at) + inserted + proof.slice(at + 1)
        fc.pre(altered !== proof && at < proof.indexOf('— witness'))
        expect(verifyTlogProof(altered, seed(3), policy).ok).toBe(false)
      }),
    )
    fc.assert(
      fc.property(fc.string(), (any) => {
        expect(parseTlogProof(any)).toBeUndefined()
      }),
    )
  })
})
