import type { PagedWords } from './paged-words.js'

/** Words of a row; halves are written low | high. */
export const word = {
  first: 0,
  furtherGiven: 1,
  family: 2,
  motherFirst: 3,
  motherFamily: 4,
  placeLow: 5,
  /** High part of the address | day number of the mother's birth. */
  placeHigh: 6,
  nhs: 7,
  upnLow: 8,
  child: 9,
  /** Birth and recording as day numbers. */
  days: 10,
  /** Number of the outward part | code of the inward part. */
  postcode: 11,
  /** Flags | high part of the UPN. */
  flags: 12,
  /** School | practice. */
  institutions: 13,
  refLow: 14,
  refLast: 15,
} as const

/** Bits of the word of flags, besides sex, birth order and what is kept of a UPN. */
export const flag = {
  nhsVerified: 256,
  nhsCurrent: 512,
  upnVerified: 1024,
  upnCurrent: 2048,
  unnamed: 4096,
  rest: 8192,
  much: 16_384,
  /** The child may have other rows. */
  several: 32_768,
}

/** Set in the word of an NHS number, which leaves two bits, where a row's other names, or its birth, are not in its words. */
export const otherwiseNamed = 0x40000000

/** What the words of a row tell of it at a glance. */
export class RowFacts {
  constructor(private readonly words: PagedWords) {}

  bornDayAt(row: number): number {
    return this.words.get(row, word.days) & 0xffff
  }

  recordedDayAt(row: number): number {
    return this.words.get(row, word.days) >>> 16
  }

  hasMother(row: number): boolean {
    return this.words.get(row, word.motherFirst) + this.words.get(row, word.motherFamily) > 0
  }

  hasInstitution(row: number): boolean {
    return this.words.get(row, word.institutions) > 0
  }

  isNhsCurrent(row: number): boolean {
    return this.has(row, flag.nhsCurrent)
  }

  isUpnCurrent(row: number): boolean {
    return this.has(row, flag.upnCurrent)
  }

  /** Whether a row says more than its words hold. */
  hasRest(row: number): boolean {
    return this.has(row, flag.rest)
  }

  /** Whether a row says more than its words hold of what most tells children apart. */
  hasMuchMore(row: number): boolean {
    return this.has(row, flag.much)
  }

  private has(row: number, bit: number): boolean {
    return (this.words.get(row, word.flags) & bit) > 0
  }
}
