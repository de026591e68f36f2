import { topicList } from './catalogue.generated.js'

/** A Kafka topic, as schemas/events/topics.json has it. */
export interface Topic {
  readonly name: string
  readonly key: string
  readonly partitions: number
  readonly retentionDays: number
  readonly writer: string
  readonly readers: readonly string[]
}

/** The hub's topics; made at start-up, never automatically. */
export const topics = topicList as unknown as readonly Topic[]
