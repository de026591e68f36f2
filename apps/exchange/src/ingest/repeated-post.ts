import { bodyDigest } from '#libs/events'
import { NotCanonicalError } from '#libs/tlog'
import type { KnownEvent } from './event.repository.js'
import type { Answer } from './posting.js'
import { receiptFrom } from './receipt.js'

/** Signs of an event's id (schemas/events/envelope.json). */
const longestId = 200

/** The sender's id of a value, where it is one that could have been stored. */
export function storedIdOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { id } = value as { readonly id?: unknown }
  return typeof id === 'string' && id.length <= longestId && !id.includes('\0') ? id : undefined
}

/** The answer to the very body that was accepted under its id before. */
export function duplicateOf(value: unknown, known: KnownEvent | undefined): Answer | undefined {
  if (known?.receipt == null || known.bodyDigest !== digestIfAny(value)) return undefined
  return { outcome: 'duplicate', receipt: receiptFrom(known.receipt) }
}

/** A value that JSON cannot hold, such as one with a lone surrogate, was never accepted. */
function digestIfAny(value: unknown): string | undefined {
  try {
    return bodyDigest(value)
  } catch (error) {
    if (error instanceof NotCanonicalError) return undefined
    throw error
  }
}
