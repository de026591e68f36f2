import { createHash, createPrivateKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { compactDecrypt } from 'jose'
import { parseWitnessPolicy, readSigner, readVerifier } from '#libs/tlog'
import { createDevelopmentKeys, readPrivateJwk } from './development-keys.js'
import { readProgramKeys, type ProgramKeys } from './program-keys.js'
import { blindIndexOf, laneOf, pseudonymOf, pseudonymUnder } from './pseudonym.js'
import { signReceipt, verifyReceipt, type PublicJwks } from './receipt.js'
import { open, seal, SealBroken, sealPadded, type DataKey } from './seal.js'
import { sealForRecipient } from './seal-for-recipient.js'
import { signRequest, verifyRequestSignature } from './sign-request.js'

const folder = mkdtempSync(join(tmpdir(), 'waymark-keys-'))
const directory = {
  agencies: [
    { id: 'larkhill-primary', clients: [{ clientId: 'larkhill-mis' }] },
    { id: 'waymark-hub', clients: [{ clientId: 'hub-auditor', role: 'auditor' }] },
  ],
}
let keys: ProgramKeys
let receiptKeys: PublicJwks

beforeAll(() => {
  createDevelopmentKeys(folder, directory)
  keys = readProgramKeys(join(folder, 'programs', 'exchange.json'))
  receiptKeys = JSON.parse(readFileSync(join(folder, 'receipt-keys.json'), 'utf8')) as PublicJwks
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const child = '018f2f4e-7c3a-7d1e-9b6a-0c5d2e1f3a4b'
const dataKey: DataKey = { id: 'k', bytes: randomBytes(32) }

function flipped(bytes: Buffer, at: number, bit: number): Buffer {
  const copy = Buffer.from(bytes)
  const index = at % copy.length
  copy[index] = (copy[index] ?? 0) ^ (1 << bit)
  return copy
}
const anyFlip = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 7 }))

describe('a pseudonym', () => {
  it('is the one of the published vector', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
    expect(pseudonymUnder(key, 'council-E08000010', child)).toBe('wp1_HOIM5YvGMQJwqT4MirhbrQ')
  })

  it('differs from agency to agency, and from every other name of the child', () => {
    const names = [
      pseudonymOf(keys, 'larkhill-primary', child),
      pseudonymOf(keys, 'vale-police', child),
      laneOf(keys, child).toString('base64url'),
    ]
    expect(new Set(names).size).toBe(3)
    expect(pseudonymOf(keys, 'vale-police', child)).toBe(names[1])
    expect(laneOf(keys, child)).toHaveLength(32)
  })

  it('needs a secret the program holds', () => {
    expect(() => blindIndexOf(keys, 'urn:waymark:upn', 'X')).toThrow('exchange holds no secret named blindIndex')
  })
})

describe('sealed bytes', () => {
  it('open under their key and place, whatever they are, and not after any change', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3_000 }), fc.string(), anyFlip, (content, place, [at, bit]) => {
        const plain = Buffer.from(content)
        const sealed = seal(dataKey, plain, place)
        expect(open(dataKey, sealed, place).equals(plain)).toBe(true)
        expect(() => open(dataKey, flipped(sealed, at, bit), place)).toThrow(SealBroken)
        expect(() => open(dataKey, sealed, `${place}!`)).toThrow(SealBroken)
        expect(() => open({ id: 'k', bytes: randomBytes(32) }, sealed, place)).toThrow(SealBroken)
      }),
      { numRuns: 300 },
    )
  })

  it('are shorter than long repetitive content, and of one size when padded', () => {
    expect(seal(dataKey, Buffer.alloc(5_000, 'a'), 'p').length).toBeLessThan(200)
    const sizes = [0, 1, 700, 2_048].map((length) => sealPadded(dataKey, Buffer.alloc(length, 'a'), 'p', 2_048).length)
    expect(new Set(sizes)).toEqual(new Set([2_048 + 29]))
  })
})

describe('a copy for a recipient', () => {
  const { publicKey, privateKey } = generateKeyPairSync('x25519')
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'larkhill-enc-1' }

  it('opens with plain jose, and never after a change', async () => {
    const sealed = sealForRecipient(jwk, Buffer.from('{"a":1}'))
    const { plaintext, protectedHeader } = await compactDecrypt(sealed, privateKey)
    expect(Buffer.from(plaintext).toString()).toBe('{"a":1}')
    expect(protectedHeader).toMatchObject({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', kid: 'larkhill-enc-1' })
    const changed = sealed.replace(/.(?=.{30}$)/, (symbol) => (symbol === 'A' ? 'B' : 'A'))
    await expect(compactDecrypt(changed, privateKey)).rejects.toThrow()
  })

  it('has its own content key each time, and a new ephemeral key each hour', () => {
    const header = (text: string) => text.slice(0, text.indexOf('.'))
    const [first, second, later] = [0, 1, 3_600_000].map((ms) => sealForRecipient(jwk, Buffer.from('x'), ms)) as [
      string,
      string,
      string,
    ]
    expect(second).not.toBe(first)
    expect(header(second)).toBe(header(first))
    expect(header(later)).not.toBe(header(first))
  })

  it('is not made for another kind of key', () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
    expect(() => sealForRecipient({ ...other, kid: 'sig' }, Buffer.from('x'))).toThrow('must be X25519')
  })
})

describe('a request between programs', () => {
  const nowSeconds = 1_795_000_000
  const key = randomBytes(32)
  const parts = { method: 'POST', path: '/graphql?x=%2F', authorization: 'DPoP abc' }
  const bodySha256Hex = createHash('sha256').update('{}').digest('hex')
  const header = signRequest({ ...parts, kid: 'g-1', key, bodySha256Hex, nowSeconds })
  const held = new Map([
    ['g-0', randomBytes(32)],
    ['g-1', key],
  ])
  const verify = (changed: object) => verifyRequestSignature({ ...parts, header, keys: held, nowSeconds, ...changed })

  it('carries the digest its body must have', () => {
    expect(verify({})).toEqual({ ok: true, kid: 'g-1', bodySha256Hex })
    expect(verify({ nowSeconds: nowSeconds + 30 }).ok).toBe(true)
  })

  it.each([
    ['another method', { method: 'GET' }, 'signature-wrong'],
    ['another path', { path: '/graphql?x=/' }, 'signature-wrong'],
    ['another token', { authorization: 'DPoP abd' }, 'signature-wrong'],
    ['no token', { authorization: undefined }, 'signature-wrong'],
    ['32 seconds later', { nowSeconds: nowSeconds + 32 }, 'signature-outside-window'],
    ['32 seconds earlier', { nowSeconds: nowSeconds - 32 }, 'signature-outside-window'],
    ['no header', { header: undefined }, 'signature-missing'],
    ['another version', { header: header.replace('v1', 'v2') }, 'signature-form'],
    ['another key id', { header: header.replace('g-1', 'g-2') }, 'signature-key-unknown'],
    ['the other key', { header: header.replace('g-1', 'g-0') }, 'signature-wrong'],
    ['another body', { header: header.replace(/b=.{4}/, 'b=0000') }, 'signature-wrong'],
  ])('with %s is refused', (_, changed, reason) => {
    expect(verify(changed)).toEqual({ ok: false, reason })
  })

  it('is refused with any bit of its header changed', () => {
    fc.assert(
      fc.property(anyFlip, ([at, bit]) => {
        const changed = flipped(Buffer.from(header, 'latin1'), at, bit).toString('latin1')
        return !verify({ header: changed }).ok
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a receipt', () => {
  const body = { recordId: 'r', n: 1, nested: { b: 2, a: [true, 'x'] } }

  it('holds for the same content in any order of members, with or without its signature in it', () => {
    const signature = signReceipt(keys, body)
    expect(signature).toMatch(/^[A-Za-z0-9_-]+\.\.[A-Za-z0-9_-]{86}$/)
    expect(
      verifyReceipt(receiptKeys, { nested: { a: [true, 'x'], b: 2 }, n: 1, recordId: 'r', signature }, signature),
    ).toBe(true)
  })

  it('fails for other content, another key, and any change of the signature', () => {
    const signature = signReceipt(keys, body)
    expect(verifyReceipt(receiptKeys, { ...body, n: 2 }, signature)).toBe(false)
    expect(
      verifyReceipt({ keys: receiptKeys.keys.filter((key) => key.kid !== keys.receiptKey.kid) }, body, signature),
    ).toBe(false)
    fc.assert(
      fc.property(anyFlip, ([at, bit]) => {
        const changed = flipped(Buffer.from(signature, 'latin1'), at, bit).toString('latin1')
        return !verifyReceipt(receiptKeys, body, changed)
      }),
    )
  })
})

describe('development keys', () => {
  it('are all there, for their owner alone, and are kept when made again', () => {
    const files = readdirSync(folder, { recursive: true }).map(String).sort()
    for (const name of [
      'larkhill-primary.sig.jwk',
      'larkhill-primary.enc.jwk',
      'waymark-hub.auditor.sig.jwk',
      'log.vkey',
    ]) {
      expect(files).toContain(name)
    }
    const paths = files.map((name) => join(folder, name)).filter((path) => statSync(path).isFile())
    expect(new Set(paths.map((path) => statSync(path).mode & 0o777))).toEqual(new Set([0o600]))
    const before = paths.map((path) => readFileSync(path, 'utf8'))
    createDevelopmentKeys(folder, directory)
    expect(paths.map((path) => readFileSync(path, 'utf8'))).toEqual(before)
  })

  it('let exchange call identity and the gateway call nobody’s internals', () => {
    const identity = readProgramKeys(join(folder, 'programs', 'identity.json'))
    const { kid, key } = keys.outgoing.get('identity') ?? { kid: '', key: undefined }
    expect(identity.incoming.get('exchange')?.get(kid)).toEqual(key)
    expect(identity.secrets.get('lane')).toEqual(keys.secrets.get('lane'))
    expect(keys.secrets.has('blockKey')).toBe(false)
  })

  it('make a witness policy of two in three that the log can read', () => {
    const policy = parseWitnessPolicy(readFileSync(join(folder, 'witness-policy.txt'), 'utf8'))
    expect(policy.groups.get(policy.quorum)).toMatchObject({ threshold: 2, members: { length: 3 } })
    const log = readVerifier(readFileSync(join(folder, 'log.vkey'), 'utf8'))
    const signer = readSigner(readProgramKeys(join(folder, 'programs', 'audit.json')).logKey ?? '')
    expect(log.verify(Buffer.from('text\n'), signer.sign(Buffer.from('text\n')))).toBe(true)
    const encryptionKey = readPrivateJwk(join(folder, 'larkhill-primary.enc.jwk'))
    expect(createPrivateKey({ format: 'jwk', key: encryptionKey }).asymmetricKeyType).toBe('x25519')
  })
})
