import { comparableWith, type Comparable } from '../comparable.js'
import type { Profile } from '../profile.js'
import { Token } from '../token.js'

/** Cuts a profile into what is compared. */
export type Cut = (profile: Profile) => Comparable

/**
 * Cuts profiles with tokens of one vocabulary, and keeps no profile: cut, a million of them would take more room than a
 * program has.
 */
export function cutting(): Cut {
  const tokens = new Map<string, Token>()
  const tokenOf = (text: string): Token => {
    const known = tokens.get(text)
    if (known) return known
    const token = new Token(text, tokens.size)
    tokens.set(text, token)
    return token
  }
  return (profile) => comparableWith(profile, tokenOf)
}
