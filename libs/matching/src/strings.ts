/**
 * Jaro-Winkler similarity, 0 to 1, with Winkler's boost of a shared beginning (up to four letters) above 0.7.
 *
 * @see Winkler, String Comparator Metrics, 1990
 */
export function jaroWinkler(left: string, right: string): number {
  const jaro = jaroOf(left, right)
  if (jaro <= 0.7) return jaro
  let prefix = 0
  while (prefix < 4 && prefix < left.length && left[prefix] === right[prefix]) prefix += 1
  return jaro + prefix * 0.1 * (1 - jaro)
}

/** Says whether two texts differ by at most one insertion, deletion, substitution or swap of neighbours. */
export function isWithinOneEdit(left: string, right: string): boolean {
  if (left.length > right.length) return isWithinOneEdit(right, left)
  if (right.length - left.length > 1) return false
  const start = sharedStart(left, right)
  if (left.length < right.length) return left.slice(start) === right.slice(start + 1)
  if (left.slice(start + 1) === right.slice(start + 1)) return true
  const isSwap = left[start] === right[start + 1] && left[start + 1] === right[start]
  return isSwap && left.slice(start + 2) === right.slice(start + 2)
}

function sharedStart(left: string, right: string): number {
  let start = 0
  while (start < left.length && left[start] === right[start]) start += 1
  return start
}

function jaroOf(left: string, right: string): number {
  if (left === right) return 1
  const isFirst = left.length < right.length || (left.length === right.length && left < right)
  const [leftShared, rightShared] = isFirst ? sharedCharacters(left, right) : sharedCharacters(right, left)
  const shared = leftShared.length
  if (shared === 0) return 0
  let moved = 0
  for (let at = 0; at < shared; at += 1) if (leftShared[at] !== rightShared[at]) moved += 1
  return (shared / left.length + shared / right.length + (shared - Math.floor(moved / 2)) / shared) / 3
}

function sharedCharacters(left: string, right: string): readonly [string, string] {
  const reach = Math.max(0, Math.floor(Math.max(left.length, right.length) / 2) - 1)
  const taken = new Set<number>()
  let leftShared = ''
  for (let at = 0; at < left.length; at += 1) {
    const last = Math.min(right.length - 1, at + reach)
    for (let other = Math.max(0, at - reach); other <= last; other += 1) {
      if (taken.has(other) || left[at] !== right[other]) continue
      taken.add(other)
      leftShared += left.charAt(at)
      break
    }
  }
  const rightShared = [...taken].sort((one, two) => one - two).map((at) => right.charAt(at))
  return [leftShared, rightShared.join('')]
}
