import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { EventLog, TopicDefinition } from './event-log.js'

/** A topic of `schemas/events/topics.json`. */
export interface Topic extends TopicDefinition {
  /** Programs whose inbox must have a message before its outbox row may go. */
  readonly readers: readonly string[]
  /** Whether the relay gives each message a gap-free number per writer. */
  readonly numbered: boolean
}

/** The project's folder: the nearest above this file that holds `marker`. */
export function projectPath(marker: string): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, marker))) return join(folder, marker)
  }
  throw new Error(`No folder above the program holds ${marker}`)
}

/** The topics of the hub, from `schemas/events/topics.json`. */
export function readTopics(): readonly Topic[] {
  const { topics } = JSON.parse(readFileSync(projectPath('schemas/events/topics.json'), 'utf8')) as { topics: Topic[] }
  return topics
}

/** Creates the hub's topics that are not there yet. Topics are never made by sending to them. */
export async function createTopics(options: {
  readonly eventLog: EventLog
  readonly topics?: readonly TopicDefinition[]
}): Promise<void> {
  await options.eventLog.createTopics(options.topics ?? readTopics())
}
