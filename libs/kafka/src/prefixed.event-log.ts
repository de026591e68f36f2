import type { EventLog, LogReader, ReadOptions, TopicPartition } from './event-log.js'

/** The same log with `prefix` before every topic and group on the wire; callers see the plain names. */
export function prefixed(prefix: string, log: EventLog): EventLog {
  if (prefix === '') return log
  const outward = <T extends TopicPartition>(at: T): T => ({ ...at, topic: prefix + at.topic })
  const inward = <T extends TopicPartition>(at: T): T => ({ ...at, topic: at.topic.slice(prefix.length) })
  return {
    append: (messages) => log.append(messages.map(outward)),
    read: (options: ReadOptions): LogReader => {
      const reader = log.read({
        group: prefix + options.group,
        topics: options.topics.map((topic) => prefix + topic),
        ...(options.gatherMs !== undefined && { gatherMs: options.gatherMs }),
        onAssigned: async (partitions) => (await options.onAssigned(partitions.map(inward))).map(outward),
        onMessages: (from, messages) => {
          options.onMessages(inward(from), messages.map(inward))
        },
      })
      return {
        seek: (to) => {
          reader.seek(outward(to))
        },
        pause: (at) => {
          reader.pause(outward(at))
        },
        resume: (at) => {
          reader.resume(outward(at))
        },
        report: (next) => {
          reader.report(next.map(outward))
        },
        state: () => reader.state(),
        close: () => reader.close(),
      }
    },
    ends: (topic) => log.ends(prefix + topic),
    createTopics: (topics) => log.createTopics(topics.map((topic) => ({ ...topic, name: prefix + topic.name }))),
    close: () => log.close(),
  }
}
