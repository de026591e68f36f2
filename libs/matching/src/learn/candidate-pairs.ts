import { blockingKeys } from '../blocking-keys.js'
import type { Profile } from '../profile.js'

/** Pairs of records by their places in a list, the lesser one first. */
export interface Pairs {
  readonly left: readonly number[]
  readonly right: readonly number[]
  has(left: number, right: number): boolean
}

/** A list of one key longer than this is of a value that says little; the others of a record find its like. */
const longestList = 60

/** Pairs of records that share a blocking key, each once, in an order that does not depend on the keys. */
export function candidatePairs(profiles: readonly Profile[]): Pairs {
  const byKey = new Map<string, number[]>()
  profiles.forEach((profile, at) => {
    for (const key of blockingKeys(profile).all) {
      const list = byKey.get(key)
      if (list) list.push(at)
      else byKey.set(key, [at])
    }
  })
  const found = new Set<number>()
  for (const list of byKey.values()) if (list.length <= longestList) addPairs(list, profiles.length, found)
  const sorted = Float64Array.from(found).sort()
  const many = profiles.length
  return {
    left: Array.from(sorted, (pair) => Math.floor(pair / many)),
    right: Array.from(sorted, (pair) => pair % many),
    has: (left, right) => found.has(Math.min(left, right) * many + Math.max(left, right)),
  }
}

function addPairs(list: readonly number[], many: number, found: Set<number>): void {
  for (let one = 0; one < list.length; one += 1)
    for (let two = one + 1; two < list.length; two += 1) {
      const [left, right] = [list[one] ?? 0, list[two] ?? 0]
      if (left !== right) found.add(Math.min(left, right) * many + Math.max(left, right))
    }
}
