import type { IndexLists } from './comparison.js'

/** Whether a record's list has a value. */
export function holds(lists: IndexLists, record: number, token: number): boolean {
  const end = lists.from[record + 1] as number
  for (let at = lists.from[record] as number; at < end; at += 1) if (lists.list[at] === token) return true
  return false
}

/** The lists of several kinds as one, each value once. */
export function merged(parts: readonly IndexLists[], count: number): IndexLists {
  return listsOf(count, (record, add) => {
    for (const part of parts) {
      for (let at = part.from[record] as number; at < (part.from[record + 1] as number); at += 1) {
        add(part.list[at] as number)
      }
    }
  })
}

/** Lists less what other lists have of the same record. */
export function without(lists: IndexLists, others: readonly IndexLists[]): IndexLists {
  return listsOf(lists.from.length - 1, (record, add) => {
    for (let at = lists.from[record] as number; at < (lists.from[record + 1] as number); at += 1) {
      const token = lists.list[at] as number
      if (!others.some((other) => holds(other, record, token))) add(token)
    }
  })
}

/** Collects lists of distinct numbers, one a record. */
export function listsOf(count: number, fill: (record: number, add: (value: number) => void) => void): IndexLists {
  const from = new Int32Array(count + 1)
  const list: number[] = []
  let start = 0
  const add = (value: number): void => {
    if (list.indexOf(value, start) < 0) list.push(value)
  }
  for (let record = 0; record < count; record += 1) {
    start = list.length
    fill(record, add)
    from[record + 1] = list.length
  }
  return { from, list: Int32Array.from(list) }
}
