import type { Comparable } from '../comparable.js'
import { hashOf } from '../number-codes.js'

/** More children than these need not be told apart: they are of several families. */
const mostChildren = 24
const mostMarks = 40
const unknown: readonly number[] = [0]

/**
 * By what a child's family may be known, as hashes: parents, homes, phones and e-mail addresses of all its records. Of whom
 * nothing of it is known may be of anybody's family, and all of those are taken for one.
 */
export function familyMarks(records: readonly Comparable[]): readonly number[] {
  const marks = new Set(records.flatMap((record) => marksIn(record)))
  return marks.size === 0 ? unknown : [...marks].slice(0, mostMarks)
}

function marksIn({ mother, otherParents, places, postcodes, phones, emails }: Comparable): readonly number[] {
  const parents = [...(mother ? [mother] : []), ...otherParents]
  const texts = [
    ...parents.flatMap(({ nhsNumber }) => (nhsNumber > 0 ? [`number ${nhsNumber}`] : [])),
    ...parents.map(({ name }) => `parent ${[...name.allGiven, ...name.family.all].map(({ text }) => text).join(' ')}`),
    ...places.map((place) => `place ${place}`),
    ...postcodes.map((postcode) => `postcode ${postcode}`),
    ...phones.map((phone) => `phone ${phone}`),
    ...emails.map((email) => `email ${email}`),
  ]
  return texts.map((text) => hashOf(text))
}

/** Of how many families some children are at least: who share a mark are of one, also through others. */
export class Families {
  private readonly children: (readonly number[])[] = []

  add(marks: readonly number[]): void {
    if (this.children.length < mostChildren) this.children.push(marks)
  }

  get count(): number {
    let families: readonly Set<number>[] = []
    for (const marks of this.children) {
      const own = new Set(marks)
      const isOther = (family: Set<number>): boolean => !marks.some((mark) => family.has(mark))
      for (const family of families.filter((one) => !isOther(one))) for (const mark of family) own.add(mark)
      families = [...families.filter(isOther), own]
    }
    return families.length
  }
}
