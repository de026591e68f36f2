import type { Consumer, ConsumerOptions } from './consumer.js'
import { GroupConsumer } from './group-consumer.js'

/**
 * Consumes topics into a schema: each message has its effect once, in the order of its lane.
 *
 * Offsets live in PostgreSQL and move by compare-and-set in the transaction of the effects, so a crash, a rebalance or a
 * second consumer that believes it is the only one can repeat work but never its result. Trouble with one lane parks that
 * lane; trouble with PostgreSQL waits.
 */
export function startConsumer<D>(options: ConsumerOptions<D>): Consumer {
  return new GroupConsumer(options)
}
