import type { Cast } from './cast.js'
import type { Player } from './player.js'
import type { Story } from './story.js'

/** All that a step works with: who plays, whom it is about, and what earlier steps left. */
export interface Stage {
  readonly story: Story
  readonly cast: Cast
  readonly school: Player
  readonly nextSchool: Player
  readonly council: Player
  readonly nextCouncil: Player
  readonly hospital: Player
  readonly police: Player
  readonly housing: Player
  readonly auditor: Player
  readonly officer: Player
  readonly steward: Player
  readonly guardian: Player
  readonly connectionFile: string
  /** Where the connection file and the witness policy are. */
  readonly folder: string
  readonly found: Found
}

/** What steps found out and later steps need. */
interface Found {
  uci: string
  planEventId: string
  receiptRecordId: string
}

/** One step, in the order of the story. */
export interface Step {
  readonly title: string
  readonly play: (stage: Stage) => Promise<void>
}

/** The text of a member somewhere inside an answer, or an empty text. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = path.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined),
    value,
  )
  return typeof found === 'string' ? found : ''
}

/** The list somewhere inside an answer, or an empty one. */
export function listAt(value: unknown, ...path: readonly string[]): readonly Readonly<Record<string, unknown>>[] {
  const found = path.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined),
    value,
  )
  return Array.isArray(found) ? (found as Readonly<Record<string, unknown>>[]) : []
}
