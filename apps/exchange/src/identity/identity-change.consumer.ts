import { Poison, startConsumer, type Consumer, type EventLog, type LogMessage } from '#libs/kafka'
import type { Database } from '#libs/postgres'
import { open, type KeyRing } from '#libs/security'
import type { Logger } from '#libs/service'
import type { Followed, FollowIdentity } from './follow-identity.js'
import { isTold, type IdentityChange } from './identity-change.js'

/** What following changes of identity works with. */
export interface IdentityChangeParts {
  readonly database: Database
  readonly eventLog: EventLog
  readonly logger: Logger
  readonly keyRing: KeyRing
  readonly following: FollowIdentity
  readonly afterCommit: () => void
}

/** Reads what became of children. What identity cannot be asked about now is read again, in order, until it can. */
export function startFollowingIdentity(parts: IdentityChangeParts): Consumer {
  const { database, eventLog, logger, following } = parts
  return startConsumer<Followed | undefined>({
    ...{ database, eventLog, logger, schema: 'exchange', group: 'identity-changes' },
    topics: ['waymark.identity-changes.v1'],
    decode: async (message) => {
      const change = await decode(parts.keyRing, message)
      return change && isTold(change) ? following.prepare(change) : undefined
    },
    apply: (tx, items) =>
      following.apply(
        tx,
        items.flatMap(({ decoded }) => decoded ?? []),
      ),
    afterCommit: () => {
      parts.afterCommit()
    },
  })
}

/** What was erased is followed by nobody, nor is what says so itself: most are children that are new. */
async function decode(keyRing: KeyRing, message: LogMessage): Promise<IdentityChange | undefined> {
  if (message.headers['followed-by'] === 'nobody') return undefined
  const key = await keyRing.keyById(message.headers['key-id'] ?? '')
  if (!key) return undefined
  try {
    return JSON.parse(open(key, message.value, message.headers['event-id'] ?? '').toString('utf8')) as IdentityChange
  } catch {
    throw new Poison('WILL_NOT_OPEN')
  }
}
