import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from './random.js'
import { originCodes, tablesFolder, type OriginCode, type Rates } from './rates.js'

export type Sex = 'female' | 'male'

/** Names by rank: the first most often, each later one less, as names of people are. */
class Pool {
  private readonly reached: Float64Array

  constructor(
    readonly names: readonly string[],
    rankOffset: number,
  ) {
    let sum = 0
    this.reached = Float64Array.from(names, (_, rank) => (sum += 1 / (rank + rankOffset)))
  }

  draw(random: Random): string {
    const wanted = random.share() * (this.reached[this.reached.length - 1] ?? 0)
    let low = 0
    let high = this.reached.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.reached[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    return this.names[low] ?? ''
  }
}

/** The names of one origin group, and how its names are spelled and shortened. */
export interface Names {
  readonly code: OriginCode
  readonly given: Readonly<Record<Sex, Pool>>
  readonly rareGiven: Readonly<Record<Sex, Ends>>
  readonly surnames: Pool
  readonly rareSurnames: Ends
  /** Surnames that go with the sex of the child and not with the family. */
  readonly gendered: Readonly<Record<Sex, readonly string[]>>
  /** Names in another script's language beside a given one. */
  readonly aliases: Readonly<Record<Sex, readonly string[]>>
  readonly givenVariants: ReadonlyMap<string, readonly string[]>
  readonly surnameVariants: ReadonlyMap<string, readonly string[]>
  readonly respell: readonly (readonly [from: string, to: string])[]
  readonly nicknames: ReadonlyMap<string, readonly string[]>
}

interface Ends {
  readonly starts: readonly string[]
  readonly ends: readonly string[]
}

/** Reads the tables of all six groups. */
export function readNameTables(rates: Rates, folder: string = tablesFolder): readonly Names[] {
  return originCodes.map((code) => {
    const sections = sectionsOf(readFileSync(join(folder, 'names', `${code}.txt`), 'utf8'))
    const lines = (name: string): readonly string[] => sections.get(name) ?? []
    const words = (name: string): readonly string[] => lines(name).flatMap(wordsOf)
    const { rankOffset, surnameRankOffset } = rates.names
    return {
      code,
      given: { female: new Pool(words('girls'), rankOffset), male: new Pool(words('boys'), rankOffset) },
      rareGiven: { female: endsOf(lines('girls rare')), male: endsOf(lines('boys rare')) },
      surnames: new Pool(words('surnames'), surnameRankOffset),
      rareSurnames: endsOf(lines('surnames rare')),
      gendered: { female: words('surnames girls'), male: words('surnames boys') },
      aliases: { female: words('aliases girls'), male: words('aliases boys') },
      givenVariants: variantsOf(lines('variants given')),
      surnameVariants: variantsOf(lines('variants family')),
      respell: lines('respell').map((line) => pairOf(line)),
      nicknames: new Map(lines('nicknames').map((line) => nicknamesOf(line))),
    }
  })
}

/** Another usual spelling of a name: one known as such, else one by the habits of the group; or none. */
export function respelled(name: string, known: Names['givenVariants'], names: Names, random: Random): string {
  const variants = known.get(name)
  if (variants) return random.pick(variants)
  const rules = names.respell.filter(([from]) => name.includes(from))
  if (rules.length === 0) return name
  const [from, to] = random.pick(rules)
  const changed = name.replace(from, to)
  return /^\p{Ll}/u.test(changed) ? changed.charAt(0).toUpperCase() + changed.slice(1) : changed
}

function sectionsOf(text: string): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>()
  let current: string[] = []
  for (const line of text.split('\n')) {
    const title = /^\[(.+)\]$/.exec(line)?.[1]
    if (title !== undefined) sections.set(title, (current = []))
    else if (line.trim() !== '' && !line.startsWith('#')) current.push(line)
  }
  return sections
}

/** `_` stands for a blank inside a name, `~` for nothing. */
function wordsOf(line: string): readonly string[] {
  return line.trim().split(/\s+/).map(plain)
}

function plain(word: string): string {
  return word === '~' ? '' : word.replaceAll('_', ' ')
}

function endsOf(lines: readonly string[]): Ends {
  const after = (title: string): readonly string[] =>
    lines.flatMap((line) => (line.startsWith(`${title}:`) ? wordsOf(line.slice(title.length + 1)) : []))
  return { starts: after('starts'), ends: after('ends') }
}

function variantsOf(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const families = lines.map((line) => [...new Set(wordsOf(line))])
  return new Map(families.flatMap((family) => family.map((name) => [name, family.filter((other) => other !== name)])))
}

function pairOf(line: string): readonly [string, string] {
  const [from = '', to = ''] = wordsOf(line)
  return [from, to]
}

function nicknamesOf(line: string): readonly [string, readonly string[]] {
  const [name = '', short = ''] = line.split(':')
  return [plain(name.trim()), wordsOf(short)]
}
