import { foldLetters } from './fold-letters.js'
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

const honorifics = new Set('mr mrs miss ms mx master mstr dr rev revd sir'.split(' '))
const particles = new Set(
  'al el ul bin bint binti ibn ben abu van von der den de del da do dos das du di la le ap'.split(' '),
)
/** Particles that are names of their own where they stand first. */
const namesToo = new Set('al ben van la le di abu da del den'.split(' '))
const none: ReadonlySet<string> = new Set()
const bracketed = /\(([^()]*)\)|\[([^[\]]*)\]|"([^"]*)"|“([^”]*)”/g
const mostTokens = 40
const mostPasses = 50

/** What stands for a name that nobody gave yet, in either field. */
const nameless = [
  'un ?named',
  'un ?known',
  'not (?:known|stated|given|named|yet (?:known|given|named))',
  'no (?:name|given name|first name|forename)',
  'n ?k',
  't ?b ?[ca]',
  'test(?: (?:child|patient|pupil|record))?',
  'baby',
  'infant',
  'new ?born',
]
/** What stands for the child itself, where its own name should. */
const childWords = [
  'baby(?: (?:boy|girl|male|female|of|[abc]|\\d))+',
  '(?:boy|girl)(?: baby)?',
  'b o',
  'infant (?:boy|girl|male|female)',
  'new ?born (?:boy|girl|baby)',
  '(?:fe)?male(?: (?:infant|baby|child))?',
  '(?:baby )?(?:boy |girl )?(?:twin|triplet|quad|quadruplet) ?(?:boy|girl)? ?(?<order>[1-4a-d]|one|two|three|four)?',
]
const familyPlaceholder = new RegExp(`^(?:${nameless.join('|')})$`)
const anyPlaceholder = new RegExp(`^(?:${[...nameless, ...childWords].join('|')})$`)
const orders: Readonly<Record<string, number>> = {
  ...{ 1: 1, 2: 2, 3: 3, 4: 4, a: 1, b: 2, c: 3, d: 4, one: 1, two: 2, three: 3, four: 4 },
}

/**
 * Brings a given or family name into its matching form. Total: any text gives some form. Idempotent: the tokens of the
 * form, joined by blanks, give the same tokens.
 *
 * @param text - as sent; `undefined` and blank give no tokens
 * @param part - in a given name, *Ben* and *Van* are names where they stand first; in a family name, *Male* is one
 */
export function normalisePart(text: string | undefined, part?: 'given' | 'family'): NormalisedPart {
  const plain = foldLetters(text ?? '')
  const alias = tokensOf(insideBrackets(plain), part)
  const main = plain.replace(bracketed, ' ')
  const tokens = tokensOf(main, part)
  const placeholder = part === 'family' ? familyPlaceholder : anyPlaceholder
  const match = placeholder.exec(wordsOf(main).join(' ')) ?? placeholder.exec(tokens.join(' '))
  if (!match) return { tokens, alias, isPlaceholder: false }
  const order = orders[match.groups?.['order'] ?? '']
  return { tokens: [], alias, isPlaceholder: true, ...(order !== undefined && { birthOrder: order }) }
}

function insideBrackets(text: string): string {
  if (!/[(["“]/.test(text)) return ''
  return [...text.matchAll(bracketed)].map((match) => match.slice(1).join(' ')).join(' ')
}

/** Says whether a word is how somebody is addressed, and nobody's name. */
export function isHonorific(word: string): boolean {
  return honorifics.has(word)
}

/** Both parts joined without blanks, so *Anne Marie* equals *Annemarie*. */
export function joined(tokens: readonly string[]): string {
  return tokens.join('')
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '')
}

/** What one pass joins or folds may be joined again: passes end when nothing changes, as after one for most names. */
function tokensOf(text: string, part: 'given' | 'family' | undefined): readonly string[] {
  let tokens = wordsOf(text)
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const next = passOver(tokens, part)
    if (next.length === tokens.length && next.every((token, at) => token === tokens[at])) return next
    tokens = next
  }
  return tokens
}

function passOver(words: readonly string[], part: 'given' | 'family' | undefined): readonly string[] {
  const named = unless(words, (word) => honorifics.has(word))
  const joinedUp = joinPieces(named)
  const mayBeFirst = part === 'given' ? namesToo : none
  const isParticle = (word: string, at: number): boolean => particles.has(word) && !(at === 0 && mayBeFirst.has(word))
  return unless(joinedUp, isParticle)
    .slice(0, mostTokens)
    .map((word) => canonicalToken(fold(word)))
}

/** Leaves words out, unless none would be left. */
function unless(words: readonly string[], isOut: (word: string, at: number) => boolean): readonly string[] {
  const kept = words.filter((word, at) => !isOut(word, at))
  return kept.length > 0 ? kept : words
}

/** Joins what clerks write apart: *Abd al Rahman*, *Abu Bakr*, *Saif Ullah*, *Mc Donald*, *O Neil*. */
function joinPieces(words: readonly string[]): readonly string[] {
  const done: string[] = []
  words.forEach((word, at) => {
    const before = done.at(-1)
    const isArticle = before === 'abd' && /^[aeu][lrsznd]$/.test(word) && at < words.length - 1
    if (isArticle) return
    if (before !== undefined && joinsNext(before, word)) done[done.length - 1] = before + word
    else done.push(word)
  })
  return done
}

function joinsNext(before: string, word: string): boolean {
  return /^(abd|abd[aeu][lrsznd]|abu|mc|mac|o)$/.test(before) ? word.length > 1 : /^ull?ah$/.test(word)
}

/** *Abdul-Rahman*, *Abdurrahman* and *Abd al-Rahman* are one name, as *MacDonald* and *McDonald* are. */
function fold(word: string): string {
  const servant = /^abd(?:[aeu]l|[aeu]([rsznd])(?=\1))(\p{L}{3,})$/u.exec(word)
  if (servant) return fold(`abd${servant[2] ?? ''}`)
  return word.replace(/^mac(?=\p{L}{3})/u, 'mc')
}
