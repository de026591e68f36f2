import { hash } from 'node:crypto'
import type { FastifyRequest } from 'fastify'

const algorithms: Readonly<Record<string, string>> = { 'sha-256': 'sha256', 'sha-512': 'sha512' }

/** A member of a dictionary whose value is bytes in base64 (RFC 9651 §3.2 and §3.3.5). */
const digestForm = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/]+={0,2}):$/i

/**
 * What is wrong with the `Content-Digest` of a request (RFC 9530): it is none, or it promises another body. Digests of other
 * kinds are passed over.
 */
export function faultOfDigest({ headers, rawBody = Buffer.alloc(0) }: FastifyRequest): string | undefined {
  const promised = headers['content-digest']
  if (promised === undefined) return undefined
  const members = String(promised)
    .split(',')
    .map((member) => digestForm.exec(member.trim()))
  if (members.includes(null)) return 'Content-Digest cannot be read'
  const isOther = members.some((member) => {
    const [, name = '', value = ''] = member ?? []
    const algorithm = algorithms[name.toLowerCase()]
    return algorithm !== undefined && value !== hash(algorithm, rawBody, 'base64')
  })
  return isOther ? 'The body is not that of Content-Digest' : undefined
}
