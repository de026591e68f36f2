import { Poison, startConsumer, type Consumer, type EventLog, type LogMessage } from '#libs/kafka'
import type { Database } from '#libs/postgres'
import { open, type KeyRing } from '#libs/security'
import type { Logger } from '#libs/service'
import { isCommittedTo } from '#libs/tlog'
import type { AppendRecords } from './append-records.js'
import { readEntries, type LogEntry } from './entry.js'

/** What the consumer of access records works with. */
export interface AccessRecordConsumerParts {
  readonly database: Database
  readonly eventLog: EventLog
  readonly keyRing: KeyRing
  readonly append: AppendRecords
  readonly logger: Logger
}

/** A batch costs a commit, tiles and a signature whatever its size; the log may be a second behind. */
const gatherMs = 100

/** Reads every program's access records and appends them; a record that is not in form halts nobody else's. */
export function startAppending({ append, keyRing, ...parts }: AccessRecordConsumerParts): Consumer {
  return startConsumer<readonly LogEntry[]>({
    ...parts,
    schema: 'audit',
    group: 'audit',
    topics: ['waymark.access-records.v1'],
    gatherMs,
    decode: (message) => decode(message, keyRing),
    apply: (tx, items) =>
      append.append(
        tx,
        items.flatMap(({ decoded }) => decoded),
      ),
  })
}

/** What was committed to is checked before it is logged: a log of wrong commitments would prove nothing. */
async function decode(message: LogMessage, keyRing: KeyRing): Promise<readonly LogEntry[]> {
  const entries = readEntries(message.value, message.headers)
  if (entries === undefined) throw new Poison('CONTRACT_BROKEN')
  for (const entry of entries) {
    const key = await keyRing.keyById(entry.outerKeyId)
    if (key === undefined) continue // destroyed since: the commitment stands, what it hides is erased
    if (!isCommittedTo(openOuter(key, entry), entry)) throw new Poison('COMMITMENT_BROKEN')
  }
  return entries
}

function openOuter(key: Parameters<typeof open>[0], { sealedOuter, recordId }: LogEntry): Buffer {
  try {
    return open(key, sealedOuter, recordId)
  } catch {
    throw new Poison('COMMITMENT_BROKEN')
  }
}
