import { word } from './row-words.js'
import type { Rows } from './rows.js'
import { listFlag } from './vocabulary.js'

/**
 * What a list of names tells of a row, so that most rows need not be looked at: its day of birth, and a tag of the
 * other tokens of its name. Different tokens may have one tag.
 */
export type RowHint = number

/** Tags of one token there may be. */
export const singleTags = 1 << 15
/** Half tags of two tokens there may be. */
export const halfTags = 1 << 7
const noTag = 0
/** The tag of more than two tokens, which may be any. */
const manyTag = 1
const halfBits = 7

/** The tag of up to two tokens' numbers; -1 is none. */
function tagOf(one: number, two = -1): number {
  if (one < 0 || two < 0) return Math.max(singleTagOf(one), singleTagOf(two))
  return singleTags | (halfTagOf(one) << halfBits) | halfTagOf(two)
}

/** The tag of the tokens of a name besides some of which nothing is told. */
function tagOfAll(ids: readonly number[]): number {
  return ids.length > 2 ? manyTag : tagOf(ids[0] ?? -1, ids[1] ?? -1)
}

export function singleTagOf(id: number): number {
  return id < 0 ? noTag : 2 + ((Math.imul(id + 1, 0x9e3779b1) >>> 8) % (singleTags - 2))
}

export function halfTagOf(id: number): number {
  return Math.imul(id + 1, 0x9e3779b1) >>> (32 - halfBits)
}

/** Whether one of the tokens of a tag may be one of those marked. */
export function isMarked(tag: number, singles: Uint8Array, halves: Uint8Array): boolean {
  if (tag < singleTags) return tag === manyTag || singles[tag] === 1
  return halves[(tag >>> halfBits) & (halfTags - 1)] === 1 || halves[tag & (halfTags - 1)] === 1
}

function hintOf(bornDay: number, tag: number): RowHint {
  return ((tag << 16) | bornDay) >>> 0
}

export function bornDayIn(hint: RowHint): number {
  return hint & 0xffff
}

export function tagIn(hint: RowHint): number {
  return hint >>> 16
}

/** What the list of a row's given name, or of the first token of its surname, tells of the row. */
export function hintAt(rows: Rows, row: number, listed: 'given' | 'family'): RowHint {
  const born = rows.words.get(row, word.days) & 0xffff
  const given = listed === 'family' ? rows.givenIdAt(row) : -1
  const code = rows.words.get(row, word.family)
  if (code < listFlag) return hintOf(born, tagOf(listed === 'family' ? given : code - 1))
  const ids = rows.familyIdsAt(row)
  return hintOf(born, tagOfAll(listed === 'family' ? [given, ...ids.slice(1)].filter((id) => id >= 0) : ids))
}
