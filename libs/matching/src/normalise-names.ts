import { canonicalToken } from './name-variants.js'

/** One name in its matching form: lower-case tokens without marks, and whether a placeholder stood in its place. */
export interface MatchName {
  readonly given: readonly string[]
  readonly family: readonly string[]
}

/** A given or family name as it was sent, split for matching. */
export interface NormalisedPart {
  readonly tokens: readonly string[]
  /** What stood in brackets: another name the child goes by. */
  readonly alias: readonly string[]
  readonly isPlaceholder: boolean
  /** The birth order a placeholder such as *Twin 2* tells. */
  readonly birthOrder?: number
}

const letters: Readonly<Record<string, string>> = { ł: 'l', ß: 'ss', æ: 'ae', ø: 'o', đ: 'd', ı: 'i', œ: 'oe', þ: 'th' }
const honorifics = new Set('mr mrs miss ms mx master dr rev'.split(' '))
const particles = new Set('al el ul bin bint ibn ben abu van von de da la ap'.split(' '))
const placeholder =
  /^(baby( (boy|girl))?|b ?o|infant|newborn|male|female|(baby )?(twin|triplet) ?(?<order>[1-3a-c])?|unnamed|unknown|nk|tbc|test)$/

/**
 * Brings a given or family name into its matching form.
 *
 * @param text - as sent; `undefined` and blank give no tokens
 */
export function normalisePart(text: string | undefined): NormalisedPart {
  const plain = foldLetters(text ?? '')
  const alias = tokensOf([...plain.matchAll(/\(([^)]*)\)/g)].map((match) => match[1] ?? '').join(' '))
  const main = plain.replace(/\([^)]*\)/g, ' ')
  const words = main
    .replace(/[^a-z0-9 ]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  const match = placeholder.exec(words)
  if (!match) return { tokens: tokensOf(main), alias, isPlaceholder: false }
  const order = match.groups?.['order']
  const isPlaceholder = words !== ''
  return order === undefined
    ? { tokens: [], alias, isPlaceholder }
    : { tokens: [], alias, isPlaceholder, birthOrder: Math.floor('1a2b3c'.indexOf(order) / 2) + 1 }
}

/** Both parts joined without blanks, so *Anne Marie* equals *Annemarie*. */
export function joined(tokens: readonly string[]): string {
  return tokens.join('')
}

function foldLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[łßæøđıœþ]/g, (letter) => letters[letter] ?? letter)
    .replace(/['’‘`´ʼ]/g, '')
}

function tokensOf(text: string): readonly string[] {
  const words = text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
  const named = words.filter((word) => !honorifics.has(word))
  const joinedUp = joinPieces(named)
  const withoutParticles = joinedUp.filter((word) => !particles.has(word))
  return (withoutParticles.length > 0 ? withoutParticles : joinedUp).map((word) => canonicalToken(fold(word)))
}

/** Joins what clerks write apart: *Abd al Rahman*, *Saif Ullah*, *Mc Donald*, *O Neil*. */
function joinPieces(words: readonly string[]): readonly string[] {
  const done: string[] = []
  words.forEach((word, at) => {
    const before = done.at(-1)
    const isArticle = before === 'abd' && /^[aeu]l$/.test(word) && at < words.length - 1
    if (isArticle) return
    if (before !== undefined && joinsNext(before, word)) done[done.length - 1] = before + word
    else done.push(word)
  })
  return done
}

function joinsNext(before: string, word: string): boolean {
  return /^(abd|abd[aeu][lrsznd]|mc|mac|o)$/.test(before) ? word.length > 1 : /^ull?ah$/.test(word)
}

function fold(word: string): string {
  const servant = /^abd(?:[aeu][lrsznd])?(\p{L}{3,})$/u.exec(word)
  if (servant) return `abd${servant[1] ?? ''}`
  return word.replace(/^mac(?=\p{L}{3})/u, 'mc')
}
