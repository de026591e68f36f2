import { blockingKeys } from '../blocking-keys.js'
import { hashOf } from '../number-codes.js'
import type { Profile } from '../profile.js'
import type { Cut } from './cut.js'

/** Pairs of records by their places in a list, the lesser one first. */
export interface Pairs {
  readonly left: Uint32Array
  readonly right: Uint32Array
  has(left: number, right: number): boolean
}

/** A list of one key longer than this is of a value that says little; the others of a record find its like. */
const longestList = 60
const exactWholes = 2 ** 53

/**
 * Pairs of records that share a blocking key, each once, in the order of the records. Keys are held as numbers and pairs in
 * arrays of numbers: a million records have more of either than a map or a set may hold.
 */
export function candidatePairs(profiles: readonly Profile[], cut: Cut): Pairs {
  const many = profiles.length
  const lists = listsOf(sortedKeys(profiles, cut), many)
  const [left, right] = [new Growing(Uint32Array, many), new Growing(Uint32Array, many)]
  const starts = new Uint32Array(many + 1)
  const seen = new Int32Array(many).fill(-1)
  for (let one = 0; one < many; one += 1) {
    for (const two of othersOf(one, lists, seen)) {
      left.push(one)
      right.push(two)
    }
    starts[one + 1] = right.length
  }
  const rights = right.values
  return {
    ...{ left: left.values, right: rights },
    has: (one, two) => {
      const [from, to] = [starts[Math.min(one, two)], starts[Math.min(one, two) + 1]]
      return isAmong(rights.subarray(from, to), Math.max(one, two))
    },
  }
}

/** Every key of every record as one number, which is the key's hash and, in its last places, the record: those alike stand together. */
function sortedKeys(profiles: readonly Profile[], cut: Cut): Float64Array {
  const hashes = Math.floor(exactWholes / profiles.length)
  const keys = new Growing(Float64Array, profiles.length * 16)
  profiles.forEach((profile, at) => {
    for (const key of blockingKeys(profile, cut(profile)).all) keys.push((hashOf(key) % hashes) * profiles.length + at)
  })
  return keys.values.sort()
}

/** Records of each key that is short enough, one list after the other, and which lists a record stands in. */
interface Lists {
  readonly members: Uint32Array
  /** By place: where its list ends. */
  readonly ends: Uint32Array
  /** Where a record stands in each of its lists: behind it are those that come after it. */
  readonly places: Uint32Array
  /** By record: where its own begin among `places`. */
  readonly starts: Uint32Array
}

function listsOf(keys: Float64Array, many: number): Lists {
  const [members, ends] = [new Growing(Uint32Array, keys.length), new Growing(Uint32Array, keys.length)]
  let from = 0
  while (from < keys.length) {
    const alike = keys.subarray(from, endOfKey(keys, from, many))
    from += alike.length
    if (alike.length < 2 || alike.length > longestList) continue
    const end = members.length + alike.length
    for (const key of alike) {
      members.push(key % many)
      ends.push(end)
    }
  }
  return { members: members.values, ends: ends.values, ...placesOf(members.values, many) }
}

function endOfKey(keys: Float64Array, from: number, many: number): number {
  const hash = Math.floor(at(keys, from) / many)
  let to = from + 1
  while (to < keys.length && Math.floor(at(keys, to) / many) === hash) to += 1
  return to
}

function placesOf(members: Uint32Array, many: number): Pick<Lists, 'places' | 'starts'> {
  const starts = new Uint32Array(many + 1)
  for (const member of members) starts[member + 1] = at(starts, member + 1) + 1
  for (let member = 0; member < many; member += 1) starts[member + 1] = at(starts, member + 1) + at(starts, member)
  const next = starts.slice()
  const places = new Uint32Array(members.length)
  members.forEach((member, place) => {
    places[at(next, member)] = place
    next[member] = at(next, member) + 1
  })
  return { places, starts }
}

/** Records after one that share a key with it, each once, in order. */
function othersOf(one: number, { members, ends, places, starts }: Lists, seen: Int32Array): readonly number[] {
  const others: number[] = []
  for (const place of places.subarray(starts[one], starts[one + 1]))
    for (const other of members.subarray(place + 1, ends[place])) {
      if (seen[other] === one) continue
      seen[other] = one
      others.push(other)
    }
  return others.sort((a, b) => a - b)
}

function at(numbers: Numbers, place: number): number {
  return numbers[place] ?? 0
}

function isAmong(sorted: Uint32Array, value: number): boolean {
  let [from, to] = [0, sorted.length]
  while (from < to) {
    const middle = (from + to) >>> 1
    if (at(sorted, middle) < value) from = middle + 1
    else to = middle
  }
  return sorted[from] === value
}

type Numbers = Uint32Array | Float64Array

/** Numbers, one after the other, in a typed array that becomes wider by half. */
class Growing<T extends Numbers> {
  length = 0
  private held: T

  constructor(
    private readonly kind: new (room: number) => T,
    room: number,
  ) {
    this.held = new kind(Math.max(16, room))
  }

  push(value: number): void {
    if (this.length === this.held.length) {
      const wider = new this.kind(Math.ceil(this.length * 1.5))
      wider.set(this.held)
      this.held = wider
    }
    this.held[this.length] = value
    this.length += 1
  }

  /** The numbers so far, without a copy. */
  get values(): T {
    return this.held.subarray(0, this.length) as T
  }
}
