import { Poison, startConsumer, type Consumer, type EventLog, type LogMessage } from '#libs/kafka'
import type { Database } from '#libs/postgres'
import { open, type KeyRing } from '#libs/security'
import type { Logger } from '#libs/service'
import type { AppendRecords } from './append-records.js'
import { matchesCommitment, readEntry, type LogEntry } from './entry.js'

/** What the consumer of access records works with. */
export interface AccessRecordConsumerParts {
  readonly database: Database
  readonly eventLog: EventLog
  readonly keyRing: KeyRing
  readonly append: AppendRecords
  readonly logger: Logger
}

/** Reads every program's access records and appends them; a record that is not in form halts nobody else's. */
export function startAppending({ append, keyRing, ...parts }: AccessRecordConsumerParts): Consumer {
  return startConsumer<LogEntry>({
    ...parts,
    schema: 'audit',
    group: 'audit',
    topics: ['waymark.access-records.v1'],
    decode: (message) => decode(message, keyRing),
    apply: (tx, items) =>
      append.append(
        tx,
        items.map(({ decoded }) => decoded),
      ),
  })
}

/** What was committed to is checked before it is logged: a log of wrong commitments would prove nothing. */
async function decode(message: LogMessage, keyRing: KeyRing): Promise<LogEntry> {
  const entry = readEntry(message.value, message.headers)
  if (entry === undefined) throw new Poison('CONTRACT_BROKEN')
  const key = await keyRing.keyById(entry.outerKeyId)
  if (key === undefined) return entry // destroyed since: the commitment stands, what it hides is erased
  if (!matchesCommitment(entry, openOuter(key, entry))) throw new Poison('COMMITMENT_BROKEN')
  return entry
}

function openOuter(key: Parameters<typeof open>[0], { sealedOuter, recordId }: LogEntry): object {
  try {
    return JSON.parse(open(key, sealedOuter, recordId).toString('utf8')) as object
  } catch {
    throw new Poison('COMMITMENT_BROKEN')
  }
}
