import { partitionOf } from '#libs/kafka'
import { newId, type OutboxMessage } from '#libs/postgres'
import { laneOf, seal, type DataKey, type ProgramKeys } from '#libs/security'

const changesTopic = 'waymark.identity-changes.v1'
const partitions = 24
/** What no other program's rows and no holder follow: it says so in the open, so that nobody fetches a key to find it out. */
const followedByNobody: ReadonlySet<string> = new Set(['registered', 'confirmed', 'identifier-changed'])

/**
 * One event about one child for `waymark.identity-changes.v1`, in the child's own order and under its key: who is who now,
 * and nothing else of them.
 */
export function changeMessage(
  keys: ProgramKeys,
  key: DataKey,
  change: {
    readonly childId: string
    readonly changeId: string
    readonly kind: string
    readonly at: Date
    readonly [more: string]: unknown
  },
): OutboxMessage {
  const eventId = newId()
  const lane = laneOf(keys, change.childId)
  const value = { v: 1, ...change, at: change.at.toISOString() }
  const headers = {
    ...{ 'event-id': eventId, 'key-id': key.id, v: '1' },
    ...(followedByNobody.has(change.kind) && { 'followed-by': 'nobody' }),
  }
  const bytes = seal(key, Buffer.from(JSON.stringify(value)), eventId)
  return {
    topic: changesTopic,
    partition: partitionOf(lane, partitions),
    key: lane,
    eventId,
    headers,
    value: bytes,
    shard: 0,
  }
}
