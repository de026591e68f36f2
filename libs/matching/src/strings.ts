/**
 * Jaro-Winkler similarity, 0 to 1, with Winkler's boost of a shared beginning (up to four letters) above 0.7.
 * The same either way round.
 *
 * @see Winkler, String Comparator Metrics, 1990
 */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return 1
  const [length, other] = [read(left, 0, leftUnits), read(right, 0, rightUnits)]
  return similarityOfRead(length, other, left.length - right.length)
}

/** {@link jaroWinkler} of two texts of two words each, which need not be joined for it. */
export function jaroWinklerOfTwoWords(left: readonly [string, string], right: readonly [string, string]): number {
  const [length, other] = [readTwo(left, leftUnits), readTwo(right, rightUnits)]
  return similarityOfRead(length, other, left[0].length + left[1].length - right[0].length - right[1].length)
}

/** Says whether two texts differ by at most one insertion, deletion, substitution or swap of neighbours. */
export function isWithinOneEdit(left: string, right: string): boolean {
  if (left.length > right.length) return isWithinOneEdit(right, left)
  const longer = right.length - left.length
  if (longer > 1) return false
  const start = sharedStart(left, right)
  let end = left.length
  while (end > start && left.charCodeAt(end - 1) === right.charCodeAt(end - 1 + longer)) end -= 1
  const apart = end - start
  return apart <= 1 - longer || (longer === 0 && apart === 2 && isSwappedAt(left, right, start))
}

function sharedStart(left: string, right: string): number {
  let start = 0
  while (start < left.length && left.charCodeAt(start) === right.charCodeAt(start)) start += 1
  return start
}

function isSwappedAt(left: string, right: string, at: number): boolean {
  return left.charCodeAt(at) === right.charCodeAt(at + 1) && left.charCodeAt(at + 1) === right.charCodeAt(at)
}

/** A text as UTF-16 code units, the form that the functions on units compare. */
export function codeUnits(text: string): Uint16Array {
  const units = new Uint16Array(text.length)
  for (let at = 0; at < text.length; at += 1) units[at] = text.charCodeAt(at)
  return units
}

/** Texts longer than this are compared by their first 128 units: working memory is allocated once. */
const longest = 128
const leftUnits = new Uint16Array(longest)
const rightUnits = new Uint16Array(longest)
const leftTaken = new Uint8Array(longest)
const rightTaken = new Uint8Array(longest)

/** Writes the units of a text from a place on, as many as there is room for, and says where they end. */
function read(text: string, from: number, into: Uint16Array): number {
  const length = Math.min(text.length, longest - from)
  for (let at = 0; at < length; at += 1) into[from + at] = text.charCodeAt(at)
  return from + length
}

function readTwo([one, two]: readonly [string, string], into: Uint16Array): number {
  return read(two, read(' ', read(one, 0, into), into), into)
}

/** Compares the texts that were read; Jaro depends on which is walked first: the shorter one, or else the lesser. */
function similarityOfRead(length: number, other: number, longer: number): number {
  const isAfter = longer === 0 ? isReadAfter(length) : longer > 0
  return isAfter
    ? similarityOf(rightUnits, other, leftUnits, length)
    : similarityOf(leftUnits, length, rightUnits, other)
}

function isReadAfter(length: number): boolean {
  let at = 0
  while (at < length && leftUnits[at] === rightUnits[at]) at += 1
  return at < length && (leftUnits[at] as number) > (rightUnits[at] as number)
}

/** {@link jaroWinkler} of texts given by {@link codeUnits}; allocates nothing. Only the first 128 units count. */
export function jaroWinklerOfUnits(left: Uint16Array, right: Uint16Array): number {
  const [first, second] = isBefore(left, right) ? [left, right] : [right, left]
  return similarityOf(first, Math.min(first.length, longest), second, Math.min(second.length, longest))
}

/** Jaro depends on which text is walked first: the shorter one, or else the lesser. */
function isBefore(left: Uint16Array, right: Uint16Array): boolean {
  if (left.length !== right.length) return left.length < right.length
  for (let at = 0; at < left.length; at += 1) {
    const difference = (left[at] as number) - (right[at] as number)
    if (difference !== 0) return difference < 0
  }
  return true
}

function similarityOf(first: Uint16Array, firstLength: number, second: Uint16Array, secondLength: number): number {
  if (secondLength === 0) return 1
  const shared = markShared(first, firstLength, second, secondLength)
  if (shared === 0) return 0
  const moved = countMoved(first, firstLength, second) >> 1
  const jaro = (shared / firstLength + shared / secondLength + (shared - moved) / shared) / 3
  if (jaro <= 0.7) return jaro
  let prefix = 0
  while (prefix < 4 && prefix < firstLength && first[prefix] === second[prefix]) prefix += 1
  return jaro + prefix * 0.1 * (1 - jaro)
}

function markShared(first: Uint16Array, firstLength: number, second: Uint16Array, secondLength: number): number {
  const reach = Math.max(0, (secondLength >> 1) - 1)
  for (let at = 0; at < firstLength; at += 1) leftTaken[at] = 0
  for (let at = 0; at < secondLength; at += 1) rightTaken[at] = 0
  let shared = 0
  for (let at = 0; at < firstLength; at += 1) {
    const last = Math.min(secondLength - 1, at + reach)
    const unit = first[at]
    for (let other = Math.max(0, at - reach); other <= last; other += 1) {
      if (rightTaken[other] === 1 || second[other] !== unit) continue
      leftTaken[at] = 1
      rightTaken[other] = 1
      shared += 1
      break
    }
  }
  return shared
}

function countMoved(first: Uint16Array, firstLength: number, second: Uint16Array): number {
  let moved = 0
  let other = 0
  for (let at = 0; at < firstLength; at += 1) {
    if (leftTaken[at] === 0) continue
    while (rightTaken[other] === 0) other += 1
    if (first[at] !== second[other]) moved += 1
    other += 1
  }
  return moved
}

let beforeRow = new Uint16Array(longest + 1)
let lastRow = new Uint16Array(longest + 1)
let row = new Uint16Array(longest + 1)

/**
 * Optimal string alignment distance of texts given by {@link codeUnits}: insertions, deletions, substitutions and
 * swaps of neighbours, no part edited twice. Allocates nothing; only the first 128 units count.
 *
 * @param most - distances above it need not be told apart: the answer is then some number greater than `most`
 */
export function alignmentDistance(left: Uint16Array, right: Uint16Array, most: number): number {
  const leftLength = Math.min(left.length, longest)
  const rightLength = Math.min(right.length, longest)
  if (Math.abs(leftLength - rightLength) > most) return most + 1
  for (let at = 0; at <= rightLength; at += 1) lastRow[at] = at
  let least = 0
  for (let at = 1; at <= leftLength; at += 1) {
    const lesser = fillRow(left, at, right, rightLength)
    if (lesser > most && least > most) return most + 1
    least = lesser
    const spare = beforeRow
    beforeRow = lastRow
    lastRow = row
    row = spare
  }
  return lastRow[rightLength] as number
}

/** Fills one row of the table, and returns its least value. */
function fillRow(left: Uint16Array, at: number, right: Uint16Array, rightLength: number): number {
  const unit = left[at - 1]
  let beside = at
  let least = at
  row[0] = at
  for (let other = 1; other <= rightLength; other += 1) {
    const change = (lastRow[other - 1] as number) + (unit === right[other - 1] ? 0 : 1)
    beside = Math.min((lastRow[other] as number) + 1, beside + 1, change)
    if (at > 1 && other > 1 && unit === right[other - 2] && left[at - 2] === right[other - 1]) {
      beside = Math.min(beside, (beforeRow[other - 2] as number) + 1)
    }
    row[other] = beside
    if (beside < least) least = beside
  }
  return least
}
