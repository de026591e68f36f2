import { KeyBroken } from './key-ring.js'
import { SealBroken } from './seal.js'

/** Whether a stored key, or what was sealed under it, does not open: what one row lacks keeps nobody from the others. */
export function isDamaged(error: unknown): boolean {
  return error instanceof KeyBroken || error instanceof SealBroken
}
