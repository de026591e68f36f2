import { createHash } from 'node:crypto'
import { Pool } from 'undici'
import type { WaymarkClient } from '#libs/client'
import { signRequest } from '#libs/security'
import type { BenchHub } from './bench-hub.js'

/** A request as a benchmark makes it. */
export interface Ask {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: string | Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** Where requests go in, as one agency. */
export interface BenchDoor {
  /** @throws when the answer is another than 2xx */
  ask(request: Ask): Promise<string>
  close(): Promise<void>
}

export const usualHeaders = { 'waymark-purpose': 'safeguard-child', 'waymark-actor': 'system-client;benchmark' }

/** The gateway: a token and a fresh proof with each request. */
export function gatewayDoor(hub: BenchHub, as: string, connections: number): BenchDoor {
  const client = hub.client(as)
  return doorOver(hub.originOf('gateway'), connections, ({ method, path }) => client.authorization(method, path))
}

/** A service's own door, which trusts the gateway's signature: a real token, no proof. */
export function signedDoor(hub: BenchHub, service: string, as: string, connections: number): BenchDoor {
  const sign = requestSigner(hub, service)
  const client = hub.client(as)
  return doorOver(hub.originOf(service), connections, (request) => sign(request, client))
}

/** Signs as the gateway does. */
function requestSigner(hub: BenchHub, service: string) {
  const own = hub.keysOf('gateway').outgoing.get(service)
  if (!own) throw new Error(`The gateway has no key for ${service}`)
  return async ({ method, path, body = '' }: Ask, client: WaymarkClient) => {
    const authorization = `DPoP ${await client.token()}`
    const bodySha256Hex = createHash('sha256').update(body).digest('hex')
    const nowSeconds = Math.floor(Date.now() / 1000)
    const signature = signRequest({ ...own, method, path, authorization, bodySha256Hex, nowSeconds })
    return { authorization, 'waymark-signature': signature }
  }
}

function doorOver(
  origin: string,
  connections: number,
  authorise: (request: Ask) => Promise<Readonly<Record<string, string>>>,
): BenchDoor {
  const pool = new Pool(origin, { connections, pipelining: 1, headersTimeout: 60_000 })
  return {
    async ask(request) {
      const { method, path, body, headers } = request
      const answer = await pool.request({
        method,
        path,
        ...(body !== undefined && { body }),
        headers: { 'content-type': 'application/json', ...headers, ...(await authorise(request)) },
      })
      const text = await answer.body.text()
      if (answer.statusCode >= 200 && answer.statusCode < 300) return text
      throw new Error(
        `${method} ${path.split('?')[0] ?? ''} was answered ${String(answer.statusCode)}: ${text.slice(0, 300)}`,
      )
    },
    close: () => pool.close(),
  }
}

/** A post of one event. */
export function single(event: object): Ask {
  const headers = { 'content-type': 'application/cloudevents+json' }
  return { method: 'POST', path: '/v1/events', body: JSON.stringify(event), headers }
}

/** A post of several events. */
export function batch(events: readonly object[]): Ask {
  const headers = { 'content-type': 'application/cloudevents-batch+json' }
  return { method: 'POST', path: '/v1/events', body: JSON.stringify(events), headers }
}
