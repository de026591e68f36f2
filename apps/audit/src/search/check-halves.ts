import { canonicalJson, isCommittedTo, sha256 } from '#libs/tlog'
import type { Opened, OpenedHalf, StoredRecord } from './opened-record.js'

const hub = 'waymark-hub'

/** The outer half of a record from its text: what was committed to, and filed as it says of itself. */
export function outerOpened(record: StoredRecord, text: Buffer): Opened {
  if (!isCommittedTo(text, record)) return { closed: 'altered' }
  const half = JSON.parse(text.toString('utf8')) as OpenedHalf
  const { recordId: id, at, service, kind, purpose, agencyId = hub, clientId } = record
  const filed = Object.entries({ id, at, service, kind, purpose, agencyId, clientId })
  return { half, isMisfiled: filed.some(([name, value]) => half[name] !== value) }
}

/**
 * The inner half of a record from its text, which holds the salt beside it.
 *
 * @param indexOf - what records about a child are found by; one about nobody is found by its own id
 */
export function innerOpened(record: StoredRecord, text: Buffer, indexOf: (subject: string) => Buffer): Opened {
  const { inner, salt2 } = JSON.parse(text.toString('utf8')) as { inner: OpenedHalf; salt2: string }
  if (!sha256(Buffer.from(salt2, 'hex'), canonicalJson(inner)).equals(record.innerHash)) return { closed: 'altered' }
  const { child } = inner
  const subject = typeof child === 'string' ? child : record.recordId
  return { half: inner, isMisfiled: !indexOf(subject).equals(record.childIndex) }
}
