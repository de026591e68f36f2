import type { ConsumerOptions } from './consumer.js'
import type { PartitionEnds, StartingPoint, TopicPartition } from './event-log.js'
import { moveOffsets, storedOffsets } from './inbox-rows.js'
import { kafkaLog } from './kafka-log.js'

/**
 * Where to start in each partition: at the offset that PostgreSQL holds, if the log has it.
 *
 * A log that begins after it has dropped messages; one that ends before it has lost its tail or was made anew. Both start
 * at the log's beginning, with an alarm: repeats are dropped by their id, and the writers' relays publish again what no
 * inbox has.
 */
export async function startingPoints(
  options: Pick<ConsumerOptions<never>, 'database' | 'schema' | 'group' | 'eventLog' | 'logger'>,
  partitions: readonly TopicPartition[],
): Promise<readonly StartingPoint[]> {
  const stored = await storedOffsets(options.database, options, partitions)
  const ends = new Map<string, PartitionEnds>()
  for (const topic of new Set(partitions.map((at) => at.topic))) {
    for (const end of await options.eventLog.ends(topic)) ends.set(`${topic}/${end.partition}`, end)
  }
  return Promise.all(stored.map((point) => withinLog(options, point, ends.get(`${point.topic}/${point.partition}`))))
}

async function withinLog(
  { database, logger, ...place }: Pick<ConsumerOptions<never>, 'database' | 'schema' | 'group' | 'logger'>,
  point: StartingPoint,
  end: PartitionEnds | undefined,
): Promise<StartingPoint> {
  if (!end || (point.offset >= end.low && point.offset <= end.high)) return point
  const { group } = place
  logger.error(point.offset < end.low ? kafkaLog.OFFSET_BELOW_LOG_START : kafkaLog.OFFSET_BEYOND_LOG_END, {
    group,
    topic: point.topic,
    partition: point.partition,
    offset: point.offset.toString(),
  })
  if (!(await moveOffsets(database, place, [{ at: point, expected: point.offset, next: end.low }]))) {
    throw new Error('The offset moved meanwhile')
  }
  return { ...point, offset: end.low }
}
