import { describe, expect, it } from '@jest/globals'
import { generateKeyPairSync } from 'node:crypto'
import { CompactSign } from 'jose'
import { verifySignedBody } from './verify-signed-body.js'

const pairs = {
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: generateKeyPairSync('ed25519'),
}
const keys = Object.entries(pairs).map(([alg, { publicKey }]) => ({ ...publicKey.export({ format: 'jwk' }), kid: alg }))
const body = Buffer.from('{"feed":"larkhill-primary","upTo":3}')
const signed = (alg: 'ES256' | 'EdDSA', header: object = {}) =>
  new CompactSign(body).setProtectedHeader({ alg, kid: alg, ...header }).sign(pairs[alg].privateKey)

describe('a signed body', () => {
  it.each(['ES256', 'EdDSA'] as const)('holds under a registered %s key', async (alg) => {
    expect(await verifySignedBody(await signed(alg), keys)).toEqual({ ok: true, payload: body })
  })

  it('holds without a key id where there is one key only', async () => {
    const nameless = await signed('ES256', { kid: undefined })
    expect(await verifySignedBody(nameless, keys.slice(0, 1))).toEqual({ ok: true, payload: body })
    expect(await verifySignedBody(nameless, keys)).toMatchObject({ reason: 'key-unknown' })
    expect(await verifySignedBody(await signed('EdDSA', { kid: undefined }), keys.slice(0, 1))).toMatchObject({
      reason: 'signature-wrong',
    })
  })

  it('does not hold when altered, under another key, or with a header that changes its meaning', async () => {
    const [header = '', payload = '', signature = ''] = (await signed('ES256')).split('.')
    const other = Buffer.from('{"feed":"larkhill-primary","upTo":9}').toString('base64url')
    expect(await verifySignedBody(`${header}.${other}.${signature}`, keys)).toMatchObject({ reason: 'signature-wrong' })
    expect(await verifySignedBody(await signed('ES256', { kid: 'nobody' }), keys)).toMatchObject({
      reason: 'key-unknown',
    })
    expect(await verifySignedBody(await signed('ES256', { kid: 'EdDSA' }), keys)).toMatchObject({
      reason: 'signature-wrong',
    })
    for (const bringing of [{ jku: 'https://example.org' }, { jwk: keys[0] }, { x5c: [] }, { zip: 'DEF' }])
      expect(await verifySignedBody(await signed('ES256', bringing), keys)).toEqual({ ok: false, reason: 'header' })
    const none = Buffer.from('{"alg":"none","kid":"ES256"}').toString('base64url')
    expect(await verifySignedBody(`${none}.${payload}.`, keys)).toMatchObject({ reason: 'signature-wrong' })
    for (const text of ['', 'a.b', 'a.b.c.d', 'W10.e30.e30'])
      expect((await verifySignedBody(text, keys)).ok).toBe(false)
  })
})
