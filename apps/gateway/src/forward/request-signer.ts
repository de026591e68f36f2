import { createHash } from 'node:crypto'
import { signRequest, type ProgramKeys } from '#libs/security'
import type { Asker } from '../gateway-context.js'

interface Outgoing {
  readonly service: string
  readonly method: string
  /** With its query, as it will stand on the request line. */
  readonly path: string
  readonly body: string | Buffer
  readonly asker: Asker
}

const emptySha256 = createHash('sha256').digest('hex')

/** Signs what the gateway sends to services, and says who asks. */
export class RequestSigner {
  constructor(
    private readonly keys: Pick<ProgramKeys, 'outgoing'>,
    private readonly nowMs: () => number,
  ) {}

  /** @throws Error where the key file names no key for the service */
  headersFor({ service, method, path, body, asker }: Outgoing): Record<string, string> {
    const own = this.keys.outgoing.get(service)
    if (!own) throw new Error(`There is no key to sign requests to ${service}`)
    const authorization = asker.token === undefined ? undefined : `DPoP ${asker.token}`
    const signature = signRequest({
      ...own,
      method,
      path,
      authorization,
      bodySha256Hex: body.length === 0 ? emptySha256 : createHash('sha256').update(body).digest('hex'),
      nowSeconds: Math.floor(this.nowMs() / 1000),
    })
    return {
      'waymark-signature': signature,
      'x-request-id': asker.requestId,
      traceparent: asker.traceparent,
      ...(authorization !== undefined && { authorization }),
      ...(asker.purpose !== undefined && { 'waymark-purpose': asker.purpose }),
      ...(asker.actorHeader !== undefined && { 'waymark-actor': asker.actorHeader }),
    }
  }
}
