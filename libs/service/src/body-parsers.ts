import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './problem.js'
import { strictJson } from './strict-json.js'

const jsonTypes = [
  'application/json',
  'application/fhir+json',
  'application/cloudevents+json',
  'application/cloudevents-batch+json',
]
/** Files are handed on as the bytes they came as. */
const fileTypes = ['text/csv', 'application/x-ndjson']
const kibibyte = 1024
const charsets: ReadonlySet<string> = new Set(['utf-8', 'utf8', 'us-ascii'])

/** The most bytes a body may have, by the beginning of its path and, where it matters, its media type. */
const limits: readonly { readonly path: string; readonly mediaType?: string; readonly bytes: number }[] = [
  { path: '/v1/events', mediaType: 'application/cloudevents-batch+json', bytes: 5 * 1024 * kibibyte },
  { path: '/v1/bulk-loads', bytes: 16 * 1024 * kibibyte },
  { path: '/internal/', bytes: 16 * 1024 * kibibyte },
]
const usualLimit = 256 * kibibyte
const largest = Math.max(usualLimit, ...limits.map(({ bytes }) => bytes))

/** The most bytes the body of a request may have; see exchange §1. */
export function bodyLimitOf(path: string, mediaType: string | undefined): number {
  const own = limits.find(
    (limit) => path.startsWith(limit.path) && (!limit.mediaType || mediaType?.startsWith(limit.mediaType)),
  )
  return own?.bytes ?? usualLimit
}

/**
 * Reads bodies the same way at every door: JSON strictly, a JWS as text, a file as bytes, nothing else; `request.rawBody` keeps the bytes.
 *
 * @param check - sees the raw bytes before anything parses them, and throws to refuse them
 */
export function readBodies(
  server: FastifyInstance,
  check: (request: FastifyRequest, body: Buffer) => void = () => undefined,
): void {
  const keep = (request: FastifyRequest, body: Buffer): Buffer => {
    if (body.length > bodyLimitOf(request.url, request.headers['content-type'])) throw new Problem('TOO_LARGE')
    check(request, body)
    request.rawBody = body
    return body
  }
  server.removeAllContentTypeParsers()
  const options = { parseAs: 'buffer' as const, bodyLimit: largest }
  server.addContentTypeParser<Buffer>(jsonTypes, options, (request, body, done) => {
    settle(done, () => strictJson(keep(request, body)))
  })
  server.addContentTypeParser<Buffer>(fileTypes, options, (request, body, done) => {
    settle(done, () => {
      if (!takesFiles(request)) throw new Problem('MEDIA_TYPE')
      return keep(request, body)
    })
  })
  server.addContentTypeParser<Buffer>('application/jose', options, (request, body, done) => {
    settle(done, () => keep(request, body).toString('latin1'))
  })
}

/**
 * Whether a body is written in a way that nobody here reads: compressed, but for files, compressed on its way (RFC 9112 §6.1),
 * or in another charset than UTF-8.
 */
export function isEncodedOtherwise({ url, headers }: FastifyRequest): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity'
  const isRead = encoding === 'identity' || (encoding === 'gzip' && takesFiles({ url }))
  return !isRead || !isChunkedAtMost(headers['transfer-encoding']) || !charsets.has(charsetIn(headers['content-type']))
}

function isChunkedAtMost(transferEncoding = 'chunked'): boolean {
  return transferEncoding.trim().toLowerCase() === 'chunked'
}

function takesFiles({ url }: Pick<FastifyRequest, 'url'>): boolean {
  return url.startsWith('/v1/bulk-loads')
}

function charsetIn(mediaType = ''): string {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(mediaType)?.[1]?.toLowerCase() ?? 'utf-8'
}

/** Whether the declared length of a body is over its limit; it need not be read then. */
export function isDeclaredTooLarge({ url, headers }: FastifyRequest): boolean {
  return Number(headers['content-length'] ?? 0) > bodyLimitOf(url, headers['content-type'])
}

function settle(done: (error: Error | null, body?: unknown) => void, read: () => unknown): void {
  try {
    done(null, read())
  } catch (error) {
    done(error instanceof Error ? error : new Problem('MALFORMED'))
  }
}
