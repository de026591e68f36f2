import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

const algorithms: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }

/** Whether a request promises another body than it has, by `Content-Digest` (RFC 9530); digests of other kinds are passed over. */
export function isOfOtherBytes({ headers, rawBody = Buffer.alloc(0) }: FastifyRequest): boolean {
  const promised = headers['content-digest']
  if (promised === undefined) return false
  return String(promised)
    .split(',')
    .some((member) => {
      const [, name = '', value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(member) ?? []
      const algorithm = algorithms[name.toLowerCase()]
      return algorithm !== undefined && value !== `:${hash(algorithm, rawBody, 'base64')}:`
    })
}
