/**
 * The ceiling of the gateway's queries, as a program: what any gateway must do for a request, and nothing else.
 * Started by `measure-query`; says its port over IPC.
 */
import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { Pool } from 'undici'
import { createTokenVerifier, fetchedTokenKeys, readProgramKeys, signRequest, verifyProof } from '#libs/security'
import { audience } from '../commands/up/programs.js'

const { DATABASE_URL = '', WAYMARK_KEY_FILE = '', ISSUER = '', GATEWAY_URL = '', IDENTITY_URL = '' } = process.env
const key = readProgramKeys(WAYMARK_KEY_FILE).outgoing.get('identity')
if (!key) throw new Error('The key file names no key for identity')
const own = key
const database = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
const subgraph = new Pool(IDENTITY_URL, { connections: 64 })
const revoked = { refusalOf: () => undefined }
const tokens = createTokenVerifier({
  issuer: ISSUER,
  audience,
  jwks: fetchedTokenKeys({ url: `${ISSUER}/jwks` }),
  revoked,
})

async function admit({ headers, method = '' }: IncomingMessage): Promise<string> {
  const token = (headers.authorization ?? '').replace('DPoP ', '')
  const verified = await tokens.verify(token)
  if (!verified.ok) throw new Error(verified.reason)
  const { jkt } = verified.claims
  const proof = await verifyProof({
    proof: headers['dpop'] as string,
    method,
    htu: `${GATEWAY_URL}/graphql`,
    accessToken: token,
    jkt,
    nowMs: Date.now(),
  })
  if (!proof.ok) throw new Error(proof.reason)
  const { rows } = await database.query<{ claimed: boolean }>(
    'select auth.claim_once($1, $2, to_timestamp($3)) as claimed',
    [`dpop ${jkt}`, proof.jtiDigest, proof.expiresAtMs / 1000],
  )
  if (rows[0]?.claimed !== true) throw new Error('replayed')
  return `DPoP ${token}`
}

async function ask(request: IncomingMessage, body: Buffer, authorization: string): Promise<string> {
  const bodySha256Hex = createHash('sha256').update(body).digest('hex')
  const [method, path, nowSeconds] = ['POST', '/graphql', Math.floor(Date.now() / 1000)] as const
  const answer = await subgraph.request({
    method,
    path,
    body,
    headers: {
      'content-type': 'application/json',
      authorization,
      'waymark-signature': signRequest({ ...own, method, path, authorization, bodySha256Hex, nowSeconds }),
      'waymark-purpose': request.headers['waymark-purpose'] as string,
      'waymark-actor': request.headers['waymark-actor'] as string,
      'x-request-id': randomUUID(),
    },
  })
  return answer.body.text()
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const authorization = await admit(request)
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = await ask(request, Buffer.concat(chunks), authorization)
  response.writeHead(200, { 'content-type': 'application/json' }).end(text)
}

const server = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    response.writeHead(500).end(String(error))
  })
})
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
process.once('disconnect', () => process.exit())
