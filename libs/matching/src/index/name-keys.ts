import type { NameForm } from '../name-form.js'
import type { Token } from '../token.js'
import { tokenKey } from './strong-keys.js'

/** The keys of further tokens of the family name, and of other names. */
export function eachNameKey([main, ...others]: readonly NameForm[], take: (key: number) => void): void {
  const distinct = main?.family.distinct ?? []
  for (let at = 1; at < distinct.length; at += 1) take(tokenKey(distinct[at] as Token, 'family'))
  for (const { first, family } of others) {
    if (first) take(tokenKey(first, 'given'))
    for (const token of family.distinct) take(tokenKey(token, 'family'))
  }
}
