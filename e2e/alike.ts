import type { ClientAnswer } from '#libs/client'

/** Headers that may differ between unknown, protected and not yours (doors, section 10). */
const free = [
  /^date$/,
  /request-id$/,
  /^trace(parent|state|id)$/,
  /correlation-id$/,
  /^dpop-nonce$/,
  /^ratelimit/,
  /^x-ratelimit/,
]

/** The random values of receipts and refusals; their lengths stay. */
const random = /"(recordId|commitment|issuedAt|signature|correlationId|eventId|acceptedAt|bodyDigest|id)":"([^"]*)"/g

/**
 * An answer as somebody sees it who tries to tell two children apart: status, headers and every byte, but for what is
 * random in each answer. Two answers are alike when these texts are the same.
 */
export function asSeen(answer: ClientAnswer): string {
  const headers = [...answer.headers].filter(([name]) => !free.some((pattern) => pattern.test(name))).sort()
  const bytes = answer.bytes.toString('utf8')
  const masked = bytes.replace(random, (_, name: string, value: string) => `"${name}":"<${value.length}>"`)
  return JSON.stringify({ status: answer.status, headers, size: bytes.length, masked }, null, 1)
}
