import { europeanFamilies } from './name-families.js'
import { laterEuropeanFamilies } from './name-families-later.js'
import { worldFamilies } from './name-families-world.js'
import { surnameRomanisations, syllables } from './name-romanisations.js'

const linesOf = (text: string): readonly (readonly string[])[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(' '))

const families = linesOf([europeanFamilies, laterEuropeanFamilies, worldFamilies].map((text) => text.trim()).join('\n'))
const romanisations = indexOf(linesOf(surnameRomanisations))
const indexed = indexOf(families)
const syllablePairs = syllables
  .trim()
  .split(/,\s+/)
  .map((pair) => pair.split(' '))
const standardSyllables: ReadonlyMap<string, string> = new Map([
  ...syllablePairs.map(([, standard = '']): readonly [string, string] => [standard, standard]),
  ...syllablePairs.map(([spelling = '', standard = '']): readonly [string, string] => [spelling, standard]),
])
const mohammedFamily = new Set(families.find(([name]) => name === 'mohammed'))

/** Naming elements so widely shared that alone they identify nobody: down-weighted, never dropped. */
const structural = new Set([
  ...mohammedFamily,
  ...'syed sayed singh kaur begum begam bibi khatun khatoon khan kumar kumari miah'.split(' '),
])

const none: readonly number[] = []

/** Says whether a name token is one that millions share by custom rather than by kinship (Mohammed, Kaur, Begum …). */
export function isStructural(token: string): boolean {
  return structural.has(token)
}

/** One spelling for the Mohammed family, everything else unchanged. */
export function canonicalToken(token: string): string {
  return mohammedFamily.has(token) ? 'mohammed' : token
}

/** Numbers of the families of forms that a given name belongs to. */
export function familiesOf(token: string): readonly number[] {
  return indexed.get(token) ?? none
}

/** First letters that may be folded to one: each stands for itself where it is not told of here. */
const firstFolds = new Map(
  ['pf', 'qk', 'ou', 'yi', 'ei', 'ai'].map((pair) => [pair.charCodeAt(0), pair.charCodeAt(1)] as const),
)

/** Whether two tokens may have one skeleton, by their first letters; never false of two that have. */
export function mayFoldAlike(one: string, two: string): boolean {
  const [first, other] = [one.charCodeAt(0), two.charCodeAt(0)]
  return first === other || (firstFolds.get(first) ?? first) === (firstFolds.get(other) ?? other)
}

/** What stays of a transliterated name when the spellings that vary from clerk to clerk are folded. */
export function skeletonOf(token: string): string {
  return token
    .replace(/ph/g, 'f')
    .replace(/dh/g, 'd')
    .replace(/q/g, 'k')
    .replace(/ou|oo/g, 'u')
    .replace(/ee|y/g, 'i')
    .replace(/(.)\1+/g, '$1')
    .replace(/(ah|eh|a)$/, 'a')
}

/** A surname's stems, by which forms for women and men, married or not, are known for one name. */
export interface SurnameStems {
  /** Polish, Czech, Slovak. */
  readonly slavic: string
  /** Lithuanian; absent unless the ending is a woman's. */
  readonly lithuanianWoman?: string
  /** Lithuanian; absent unless the ending may be a man's. */
  readonly lithuanianMan?: string
}

/** Cuts the endings off that change with the bearer's sex or marriage. */
export function surnameStemsOf(token: string): SurnameStems {
  const slavic = token.replace(/(s|c|dz)ka$/, '$1ki').replace(/ova$/, '')
  const woman = /^(.{3,})(?:aite|yte|ute|iene)$/.exec(token)?.[1]
  const man = /^(.{3,})(?:as|is|ys|us)$/.exec(token)?.[1]
  return {
    slavic,
    ...(woman !== undefined && { lithuanianWoman: woman }),
    ...(man !== undefined && { lithuanianMan: man }),
  }
}

/** Says whether two surnames are one with different endings. */
export function isInflected(one: SurnameStems, two: SurnameStems): boolean {
  if (one.slavic === two.slavic) return true
  const [woman, other] = one.lithuanianWoman === undefined ? [two, one] : [one, two]
  if (woman.lithuanianWoman === undefined) return false
  return woman.lithuanianWoman === other.lithuanianMan || woman.lithuanianWoman === other.lithuanianWoman
}

/** Says whether two surnames are known romanisations of one. */
export function isRomanised(left: string, right: string): boolean {
  const names = romanisations.get(right)
  return names !== undefined && (romanisations.get(left) ?? none).some((name) => names.includes(name))
}

/** Says whether a token is a known romanisation of an East-Asian surname, or a known syllable. */
export function isEastAsianToken(token: string): boolean {
  return romanisations.has(token) || standardSyllables.has(token)
}

/** The standard spelling of an East-Asian syllable; `undefined` for anything else. */
export function standardSyllable(token: string): string | undefined {
  return standardSyllables.get(token)
}

function indexOf(lines: readonly (readonly string[])[]): ReadonlyMap<string, readonly number[]> {
  const found = new Map<string, number[]>()
  lines.forEach((names, at) => {
    for (const name of names) {
      const known = found.get(name)
      if (known) known.push(at)
      else found.set(name, [at])
    }
  })
  return found
}
