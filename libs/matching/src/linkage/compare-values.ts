import { alignmentDistance, jaroWinklerOfUnits } from '../strings.js'
import { countsOf, kinship, levelRoom, missing, rarityOf, singleLists, type Comparison } from './comparison.js'
import { LearnedVariants } from './learned-variants.js'
import { PairCache, placesFor } from './pair-cache.js'
import type { Column, SingleKind } from './records.js'
import { plainText, Texts, wordsOf } from './text.js'
import { deletionsOf } from './vocabulary.js'

/** The distinct values of a column in their matching form, which of them each record has, and how rare each is. */
class Values {
  readonly at: Int32Array
  readonly texts: Texts
  readonly counts: Int32Array
  readonly rarity: Int32Array
  private readonly cache: PairCache

  constructor(column: Column, count: number, normalise: (text: string) => string) {
    const known = new Map<string, number>()
    const ids = column.values.map((text) => {
      const value = normalise(text)
      if (value === '') return -1
      const id = known.get(value) ?? known.size
      known.set(value, id)
      return id
    })
    this.at = column.at.map((value) => (value < 0 ? -1 : (ids[value] as number)))
    this.texts = new Texts([...known.keys()])
    this.cache = new PairCache(placesFor(known.size))
    this.counts = countsOf(this.at, known.size)
    this.rarity = this.counts.map((times) => rarityOf(times, count))
  }

  comparing(top: number, levelOf: (one: number, two: number) => number): Comparison['compare'] {
    return (oneRecord, twoRecord) => {
      const one = this.at[oneRecord] as number
      const two = this.at[twoRecord] as number
      if (one < 0 || two < 0) return missing
      if (one === two) return (this.rarity[one] as number) * levelRoom + top
      return levelOf(one, two)
    }
  }

  remembered(levelOf: (one: number, two: number) => number): (one: number, two: number) => number {
    return (one, two) => {
      const cached = this.cache.get(one, two)
      if (cached >= 0) return cached
      const level = levelOf(one, two)
      this.cache.set(one, two, level)
      return level
    }
  }

  distance(one: number, two: number, most: number): number {
    return alignmentDistance(this.texts.unitsOf(one), this.texts.unitsOf(two), most)
  }

  similarity(one: number, two: number): number {
    return jaroWinklerOfUnits(this.texts.unitsOf(one), this.texts.unitsOf(two))
  }

  units(features: (text: string, visit: (feature: string) => void) => void): NonNullable<Comparison['units']> {
    return {
      ...singleLists(this.at),
      count: this.texts.values.length,
      features: (value, visit) => {
        features(this.texts.values[value] as string, visit)
      },
    }
  }

  /** How often two values would be equal by chance, were their characters independent. */
  chance(): number {
    const total = Math.max(
      1,
      this.counts.reduce((sum, times) => sum + times, 0),
    )
    const places: Map<string, number>[] = []
    this.texts.values.forEach((text, value) => {
      for (let place = 0; place <= Math.min(text.length, 11); place += 1) {
        const table = (places[place] ??= new Map<string, number>())
        const letter = text.charAt(place)
        table.set(letter, (table.get(letter) ?? 0) + (this.counts[value] as number))
      }
    })
    return places.reduce((product, table) => {
      const reached = [...table.values()].reduce((sum, times) => sum + times, 0)
      const same = [...table.values()].reduce((sum, times) => sum + (times / reached) ** 2, 0)
      return product * (1 - (reached / total) * (1 - same))
    }, 1)
  }
}

/** Compares the values of one column, by the kind of thing they are. */
export function valueComparison(kind: SingleKind, column: Column, label: string, count: number): Comparison {
  return { ...makers[kind](column, count), label }
}

type Made = Omit<Comparison, 'label'>
const makers: Readonly<Record<SingleKind, (column: Column, count: number) => Made>> = {
  postcode: comparePostcodes,
  text: compareTexts,
  category: compareCategories,
  identifier: compareIdentifiers,
  email: compareEmails,
}

const upperHalf = (levels: number) => (level: number) => level * 2 >= levels

/** Unit, one edit, sector, district, area: of postcodes with a blank, or of plain codes by their length. */
function comparePostcodes(column: Column, count: number): Made {
  const values = new Values(column, count, (text) => plainText(text).replace(/[^\p{L}\p{N} ]/gu, ''))
  const parts = values.texts.values.map(postcodeParts)
  const rarities = [0, 1, 2].map((which) => {
    const table = new Map<string, number>()
    parts.forEach((texts, value) => {
      const key = texts[which] as string
      table.set(key, (table.get(key) ?? 0) + (values.counts[value] as number))
    })
    return Int32Array.from(parts, (texts) => rarityOf(table.get(texts[which] as string) ?? 1, count))
  })
  const isSame = (which: number, one: number, two: number) => parts[one]?.[which] === parts[two]?.[which]
  const shared = (which: number, one: number, level: number) => (rarities[which]?.[one] ?? 0) * levelRoom + level
  return {
    levels: 6,
    agrees: upperHalf(6),
    chance: values.chance(),
    kin: kinship.home,
    compare: values.comparing(5, (one, two) => {
      if (isSame(0, one, two)) return shared(0, one, 3)
      if (values.distance(one, two, 1) <= 1) return 4
      if (isSame(1, one, two)) return shared(1, one, 2)
      return isSame(2, one, two) ? shared(2, one, 1) : 0
    }),
    units: values.units((text, visit) => {
      const [sector, district] = postcodeParts(text)
      visit(`c${text}`)
      visit(`s${sector}`)
      visit(`o${district}`)
    }),
  }
}

function postcodeParts(text: string): readonly [string, string, string] {
  const joined = text.replaceAll(' ', '')
  const blank = text.indexOf(' ')
  const sector = joined.length >= 5 ? joined.slice(0, -2) : `~${joined}`
  const district = blank > 0 ? text.slice(0, blank) : joined.slice(0, joined.length > 5 ? -3 : -2)
  return [sector, district, /^[a-z]+/.exec(joined)?.[0] ?? joined.slice(0, 1)]
}

/** Place names and lines of addresses: equal, nearly equal or one within the other, sharing a word, similar. */
function compareTexts(column: Column, count: number): Made {
  const values = new Values(column, count, (text) => wordsOf(text).join(' '))
  const words = values.texts.values.map((text) => text.split(' '))
  const learned = new LearnedVariants(values.at)
  const unlearned = values.remembered((one, two) => textLevel(values, words, one, two))
  return {
    levels: 5,
    agrees: upperHalf(5),
    chance: 0,
    kin: kinship.home,
    compare: values.comparing(4, (one, two) => (learned.has(one, two) ? 3 : unlearned(one, two))),
    units: values.units((text, visit) => {
      visit(`v${text}`)
      const parts = text.split(' ')
      for (const word of parts) if (word.length > 3 || parts.length === 1) visit(`w${word}`)
    }),
    variants: { roles: [singleLists(values.at)], learn: learned.learn },
  }
}

function textLevel(values: Values, words: readonly (readonly string[])[], one: number, two: number): number {
  const left = words[one] ?? []
  const right = words[two] ?? []
  const shared = left.filter((word) => word.length > 2 && right.includes(word)).length
  if (shared > 0 && shared >= Math.min(left.length, right.length)) return 3
  const spelling = spellingLevel(values, one, two)
  return spelling < 3 && shared > 0 ? 2 : spelling
}

/** 3 for nearly equal texts, 1 for similar ones, else 0. */
function spellingLevel(values: Values, one: number, two: number): number {
  if (values.texts.lettersApart(one, two) > 5) return 0
  const alike = values.similarity(one, two)
  const shorter = Math.min(values.texts.unitsOf(one).length, values.texts.unitsOf(two).length)
  if (alike >= 0.92 || (shorter > 5 && values.distance(one, two, 2) <= 2)) return 3
  return alike >= 0.82 ? 1 : 0
}

function compareCategories(column: Column, count: number): Made {
  const values = new Values(column, count, plainText)
  const learned = new LearnedVariants(values.at)
  return {
    levels: 3,
    kin: kinship.home,
    agrees: (level) => level === 2,
    chance: 0,
    compare: values.comparing(2, (one, two) => (learned.has(one, two) ? 1 : 0)),
    units: values.units((text, visit) => {
      visit(`g${text}`)
    }),
    variants: { roles: [singleLists(values.at)], learn: learned.learn },
  }
}

/** Numbers that an office gave out, and house numbers: equal, one edit, two edits in a long one. */
function compareIdentifiers(column: Column, count: number): Made {
  const values = new Values(column, count, (text) => plainText(text).replace(/[^\p{L}\p{N}]/gu, ''))
  return {
    levels: 4,
    kin: kinship.hardly,
    namesOne: true,
    agrees: upperHalf(4),
    chance: values.chance(),
    compare: values.comparing(3, (one, two) => {
      const [left, right] = [values.texts.unitsOf(one), values.texts.unitsOf(two)]
      const edits = alignmentDistance(left, right, 2)
      if (edits <= 1 && left.length > 1) return 2
      return edits <= 2 && Math.min(left.length, right.length) >= 6 ? 1 : 0
    }),
    units: values.units((text, visit) => {
      visit(`i${text}`)
      if (text.length >= 6) for (const form of deletionsOf(text)) if (form !== text) visit(`x${form}`)
    }),
  }
}

function compareEmails(column: Column, count: number): Made {
  const values = new Values(column, count, (text) => plainText(text).replace(/\s/g, ''))
  const boxes = new Texts(values.texts.values.map(mailbox))
  return {
    levels: 5,
    kin: kinship.hardly,
    namesOne: true,
    agrees: upperHalf(5),
    chance: 0,
    compare: values.comparing(
      4,
      values.remembered((one, two) => {
        const [left, right] = [boxes.unitsOf(one), boxes.unitsOf(two)]
        const edits = alignmentDistance(left, right, 2)
        if (edits === 0 || values.distance(one, two, 1) <= 1) return 3
        if (edits <= 2 && Math.min(left.length, right.length) > 4) return 2
        if (values.similarity(one, two) >= 0.92) return 2
        return jaroWinklerOfUnits(left, right) >= 0.85 ? 1 : 0
      }),
    ),
    units: values.units(emailFeatures),
  }
}

function emailFeatures(text: string, visit: (feature: string) => void): void {
  const box = mailbox(text)
  visit(`e${text}`)
  visit(`u${box}`)
  for (const word of box.split(/[^\p{L}]+/u)) if (word.length > 3) visit(`p${word}`)
  if (box.length <= 5) return
  visit(`l${box.slice(0, 5)}`)
  visit(`r${box.slice(-5)}`)
}

function mailbox(text: string): string {
  return text.split('@', 1)[0] ?? ''
}
