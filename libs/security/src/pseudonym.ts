import { createHmac, hkdfSync } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { secretOf, type ProgramKeys } from './program-keys.js'

const separator = Buffer.from([0x1f])

function keyed(key: Buffer, ...parts: readonly string[]): Buffer {
  const hmac = createHmac('sha256', key)
  parts.forEach((part, index) => {
    if (index > 0) hmac.update(separator)
    hmac.update(part, 'utf8')
  })
  return hmac.digest()
}

/** Digests in hexadecimal: as a buffer each would bring three objects to be collected. */
type Digests = LRUCache<string, { readonly secret: Buffer; readonly digest: string }>

const lanes: Digests = new LRUCache({ max: 20_000 })
const accessIndexes: Digests = new LRUCache({ max: 20_000 })
const pseudonyms = new LRUCache<string, { readonly agencyKey: Buffer; readonly pseudonym: string }>({ max: 20_000 })

/** Keyed once for each of the children that are busy now. */
function remembered(digests: Digests, secret: Buffer, childId: string, form: string): Buffer {
  const known = digests.get(childId)
  if (known?.secret === secret) return Buffer.from(known.digest, 'hex')
  const digest = keyed(secret, form, childId)
  digests.set(childId, { secret, digest: digest.toString('hex') })
  return digest
}

/**
 * The key under which everything about a child is ordered on Kafka.
 *
 * @param childId - internal UUID
 * @returns 32 bytes; the same child always gives the same lane, and a lane tells nothing about the child
 */
export function laneOf(keys: ProgramKeys, childId: string): Buffer {
  return remembered(lanes, secretOf(keys, 'lane'), childId, 'waymark.lane.v1')
}

/**
 * A child's pseudonym under one agency's own key.
 *
 * @param agencyKey - 32 bytes, of that agency alone
 * @returns `wp1_` and 22 base64url characters
 * @see domain design §3, which gives the vector
 */
export function pseudonymUnder(agencyKey: Buffer, agencyId: string, childId: string): string {
  const digest = keyed(agencyKey, 'waymark.pseudonym.v1', agencyId, childId)
  return `wp1_${digest.subarray(0, 16).toString('base64url')}`
}

/**
 * The name by which one agency knows a child on everything delivered to it. Two agencies' names for one child cannot be joined.
 * Each agency's key is derived (HKDF-SHA-256) from the secret `pseudonym`. Made once for each of the children that are busy now.
 */
export function pseudonymOf(keys: ProgramKeys, agencyId: string, childId: string): string {
  const agencyKey = agencyKeyOf(secretOf(keys, 'pseudonym'), agencyId)
  const name = `${childId} ${agencyId}`
  const known = pseudonyms.get(name)
  if (known?.agencyKey === agencyKey) return known.pseudonym
  const pseudonym = pseudonymUnder(agencyKey, agencyId, childId)
  pseudonyms.set(name, { agencyKey, pseudonym })
  return pseudonym
}

const agencyKeys = new LRUCache<string, { readonly secret: Buffer; readonly key: Buffer }>({ max: 2_000 })

/** Derived once for each agency; every copy that leaves asks for it. */
function agencyKeyOf(secret: Buffer, agencyId: string): Buffer {
  const known = agencyKeys.get(agencyId)
  if (known?.secret === secret) return known.key
  const key = Buffer.from(hkdfSync('sha256', secret, '', `waymark.pseudonym-key.v1\u001f${agencyId}`, 32))
  agencyKeys.set(agencyId, { secret, key })
  return key
}

/**
 * The index under which an identifier is found without being stored. It leaks equality, nothing else.
 *
 * @param system - identifier system URI, such as `https://fhir.nhs.uk/Id/nhs-number`
 * @param value - in its one normal form; the caller normalises
 * @returns 32 bytes
 */
export function blindIndexOf(keys: ProgramKeys, system: string, value: string): Buffer {
  return keyed(secretOf(keys, 'blindIndex'), 'waymark.blind-index.v1', system, value)
}

const accessIndexForm = 'waymark.access-index.v1'

/** The index by which auditors find a child's access records: 32 bytes. */
export function accessIndexOf(keys: ProgramKeys, childId: string): Buffer {
  return keyed(secretOf(keys, 'accessIndex'), accessIndexForm, childId)
}

/**
 * The same for a child whose events come one after another. Not for answers to questions: one about a child that is
 * remembered would be quicker than one about nobody.
 */
export function knownAccessIndexOf(keys: ProgramKeys, childId: string): Buffer {
  return remembered(accessIndexes, secretOf(keys, 'accessIndex'), childId, accessIndexForm)
}

/** What was asked, so that equal questions can be counted and compared but not read: 32 bytes. */
export function askedDigestOf(keys: ProgramKeys, asked: string): Buffer {
  return keyed(secretOf(keys, 'accessIndex'), 'waymark.asked.v1', asked)
}
