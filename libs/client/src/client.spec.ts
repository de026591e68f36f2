import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { compactVerify, decodeJwt, decodeProtectedHeader, importJWK } from 'jose'
import { sealForRecipient, thumbprintOf, verifyProof } from '#libs/security'
import { connect, FeedGap, RequestRefused, TokenRefused } from './index.js'

const folder = mkdtempSync(join(tmpdir(), 'waymark-client-'))
const signing = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const signingOfHub = generateKeyPairSync('ed25519')
const sealing = generateKeyPairSync('x25519')
const connectionFile = join(folder, 'connection.json')

interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What a stand-in for issuer and gateway answers next. */
interface Reply {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

let server: Server
let base: string
let seen: Seen[] = []
let replies: Reply[] = []
let tokensGiven = 0

function answer({ method, url }: Pick<Seen, 'method' | 'url'>): Reply {
  const next = replies.shift()
  if (next) return next
  if (url.startsWith('/.well-known/')) return { body: { issuer: base, token_endpoint: `${base}/token` } }
  if (url !== '/token') return { body: { method } }
  tokensGiven += 1
  return { body: { access_token: `token-${tokensGiven}`, token_type: 'DPoP', expires_in: 300 } }
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
      const reply = answer({ method, url })
      response.writeHead(reply.status ?? 200, { 'content-type': 'application/json', ...reply.headers })
      response.end(JSON.stringify(reply.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const write = (name: string, value: object) => {
    writeFileSync(join(folder, name), JSON.stringify(value))
  }
  write('school.sig.jwk', { ...signing.privateKey.export({ format: 'jwk' }), kid: 'school-1' })
  write('hub.sig.jwk', { ...signingOfHub.privateKey.export({ format: 'jwk' }), kid: 'hub-1' })
  write('school.enc.jwk', { ...sealing.privateKey.export({ format: 'jwk' }), kid: 'school-enc-1' })
  const client = {
    clientId: 'larkhill-primary.mis',
    signingKeyFile: 'school.sig.jwk',
    agreement: { id: 'dsa-larkhill-primary', version: 1 },
    purposes: ['safeguard-child'],
    actions: ['readFlags', 'receive'],
    operations: { ChildFlags: 'ab'.repeat(32) },
  }
  const auditor = { ...client, clientId: 'waymark-hub.auditor', signingKeyFile: 'hub.sig.jwk', purposes: ['audit'] }
  write('connection.json', {
    gateway: base,
    issuer: base,
    audience: 'https://api.waymark.example',
    agencies: {
      'larkhill-primary': { kind: 'school', ...client, encryptionKeyFile: 'school.enc.jwk', feed: '/v1/feed' },
      'waymark-hub': { kind: 'hub', clients: { auditor } },
    },
  })
})
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true })
})
beforeEach(() => {
  seen = []
  replies = []
})

const school = () => connect(connectionFile, 'larkhill-primary')
const asking = { purpose: 'safeguard-child', actor: 'designated-safeguarding-lead;dsl-1' }

describe('a client', () => {
  it('asks for a token as its agreement allows, signed by its registered key', async () => {
    await school().token()
    const form = new URLSearchParams(seen[1]?.body)
    expect(JSON.parse(form.get('authorization_details') ?? '')).toEqual([
      {
        type: 'waymark',
        agreement: 'dsa-larkhill-primary',
        purposes: ['safeguard-child'],
        actions: ['readFlags', 'receive'],
      },
    ])
    expect(form.get('resource')).toBe('https://api.waymark.example')
    const assertion = form.get('client_assertion') ?? ''
    await compactVerify(assertion, signing.publicKey)
    expect(decodeProtectedHeader(assertion)).toMatchObject({ alg: 'ES256', kid: 'school-1' })
    expect(decodeJwt(assertion)).toMatchObject({ iss: 'larkhill-primary.mis', sub: 'larkhill-primary.mis', aud: base })
  })

  it('keeps its token, and proves its key anew for each request', async () => {
    const client = school()
    const before = tokensGiven
    await Promise.all([client.token(), client.token()])
    await client.request('GET', '/v1/feed/status?x=1', asking)
    await client.request('POST', '/v1/resolve', { body: { a: 1 } })
    expect(tokensGiven).toBe(before + 1)
    const requests = seen.filter(({ url }) => url.startsWith('/v1'))
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      `DPoP token-${tokensGiven}`,
      `DPoP token-${tokensGiven}`,
    ])
    expect(requests[0]?.headers).toMatchObject({ 'waymark-purpose': asking.purpose, 'waymark-actor': asking.actor })
    for (const { method, url, headers } of requests) {
      const proof = String(headers['dpop'])
      const jkt = thumbprintOf(decodeProtectedHeader(proof).jwk ?? {}) ?? ''
      const htu = `${base}${url.split('?')[0] ?? ''}`
      const accessToken = `token-${tokensGiven}`
      const verified = await verifyProof({ proof, method, htu, accessToken, jkt, nowMs: Date.now() })
      expect(verified.ok).toBe(true)
    }
    expect(requests[0]?.headers['dpop']).not.toBe(requests[1]?.headers['dpop'])
  })

  it('repeats a request once with the nonce a server asks for', async () => {
    const client = school()
    await client.token()
    replies = [{ status: 401, headers: { 'dpop-nonce': 'n-1', 'www-authenticate': 'DPoP error="use_dpop_nonce"' } }]
    expect((await client.request('GET', '/v1/feed/status')).status).toBe(200)
    expect(decodeJwt(String(seen.at(-1)?.headers['dpop']))['nonce']).toBe('n-1')
  })

  it('gets a new token after its token was refused', async () => {
    const client = school()
    replies = [
      answer({ method: 'GET', url: '/.well-known/' }),
      answer({ method: 'POST', url: '/token' }),
      { status: 401 },
    ]
    expect((await client.request('GET', '/v1/feed/status')).status).toBe(401)
    const before = tokensGiven
    await client.request('GET', '/v1/feed/status')
    expect(tokensGiven).toBe(before + 1)
  })

  it('says why the issuer refused it', async () => {
    replies = [
      answer({ method: 'GET', url: '/.well-known/' }),
      {
        status: 400,
        body: { error: 'invalid_authorization_details', error_description: 'a purpose is not one of the agreement' },
      },
    ]
    await expect(school().token()).rejects.toThrow(TokenRefused)
  })

  it('asks an issuer that was away again', async () => {
    const client = school()
    replies = [{ status: 503, body: {} }]
    await expect(client.token()).rejects.toThrow('does not say')
    await expect(client.token()).resolves.toMatch(/^token-/)
  })

  it('names an operation by the hash its agreement registered', async () => {
    await school().graphql('ChildFlags', { uci: '99MJ-YZXT-0T' }, asking)
    expect(JSON.parse(seen.at(-1)?.body ?? '')).toMatchObject({
      variables: { uci: '99MJ-YZXT-0T' },
      extensions: { persistedQuery: { version: 1, sha256Hash: 'ab'.repeat(32) } },
    })
    await expect(school().graphql('Unheard', {}, asking)).rejects.toThrow('has no operation Unheard')
  })

  it('speaks for a role of the hub by either name, and signs with Ed25519', async () => {
    for (const name of ['waymark-hub/auditor', 'auditor']) await connect(connectionFile, name).token()
    const assertion = new URLSearchParams(seen.at(-1)?.body).get('client_assertion') ?? ''
    expect(decodeProtectedHeader(assertion).alg).toBe('EdDSA')
    await compactVerify(assertion, await importJWK(signingOfHub.publicKey.export({ format: 'jwk' }), 'EdDSA'))
    expect(() => connect(connectionFile, 'nobody')).toThrow('it has larkhill-primary, waymark-hub/auditor')
  })
})

describe('a feed', () => {
  const slot = (number: number) => ({
    id: randomUUID(),
    type: 'uk.waymark.hub.copy.sealed.v1',
    sequence: String(number).padStart(19, '0'),
    data: 'x',
  })
  const page = (...numbers: readonly number[]): Reply => ({
    headers: { 'waymark-feed-head': '9', 'waymark-feed-acknowledged': '3', 'waymark-feed-epoch': '1' },
    body: numbers.map(slot),
  })
  const readAfter = async (after: number, reply: Reply) => {
    const client = school()
    await client.token()
    replies = [reply]
    return client.feed({ after, wait: 0 })
  }

  it('is read in order, with its head', async () => {
    const { events, ...rest } = await readAfter(4, page(5, 6, 7))
    expect(events).toHaveLength(3)
    expect(rest).toEqual({ head: 9, acknowledged: 3, epoch: 1 })
  })

  it.each([[[6]], [[5, 7]], [[6, 5]], [[5, 5]]])('with the numbers %j after 4 has a gap', async (numbers) => {
    await expect(readAfter(4, page(...numbers))).rejects.toThrow(FeedGap)
  })

  it('that the hub refuses is an error with its code', async () => {
    const refusal = {
      status: 429,
      headers: { 'content-type': 'application/problem+json' },
      body: { code: 'RATE_LIMITED' },
    }
    await expect(readAfter(4, refusal)).rejects.toEqual(new RequestRefused(429, 'RATE_LIMITED'))
  })

  it('holds copies that its agency alone can open', () => {
    const jwk = { ...sealing.publicKey.export({ format: 'jwk' }), kid: 'school-enc-1' }
    const sealed = sealForRecipient(jwk, Buffer.from('{"type":"é"}'))
    expect(school().open(sealed)).toBe('{"type":"é"}')
    const other = generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' })
    expect(() => school().open(sealForRecipient({ ...other, kid: 'k' }, Buffer.from('x')))).toThrow()
    expect(() => connect(connectionFile, 'auditor').open(sealed)).toThrow('has no encryption key')
  })

  it('is acknowledged by a signature of its agency', async () => {
    await school().acknowledge(7, [{ sequence: 6, problem: 'cannot-decrypt' }])
    const { body = '', headers } = seen.at(-1) ?? {}
    expect(headers?.['content-type']).toBe('application/jose')
    const { payload, protectedHeader } = await compactVerify(body, signing.publicKey)
    expect(protectedHeader).toMatchObject({ alg: 'ES256', kid: 'school-1' })
    expect(JSON.parse(Buffer.from(payload).toString())).toMatchObject({
      feed: 'larkhill-primary',
      upTo: 7,
      exceptions: [{ sequence: 6 }],
    })
  })
})
