import type { MatchName } from './normalise-names.js'

/** A number that is unique to a person, as one record has it. */
export interface ProfileNumber {
  readonly value: string
  /** Whether the agency that holds the register itself says so. */
  readonly isVerified: boolean
  readonly isCurrent: boolean
}

/** A source's own number for the child, and the days on which that source says it was in use. */
export interface LocalNumber {
  readonly source: string
  readonly value: string
  readonly from?: string
  readonly to?: string
}

/** An alias or former name. */
export interface OtherName extends MatchName {
  readonly isFormer: boolean
}

/** A parent in matching form. */
export interface ProfileParent extends MatchName {
  readonly bornOn?: string
  readonly nhsNumber?: string
}

/**
 * What one record says of a child, normalised for comparison: plain data, so it can be sealed and stored. It holds
 * personal data in full. Empty lists and absent fields are *not known*, which never counts for or against.
 */
export interface Profile {
  /** Version of the normaliser that made it. */
  readonly v: string
  readonly name: MatchName
  readonly others: readonly OtherName[]
  readonly hasPlaceholder: boolean
  readonly bornOn?: string
  readonly earlierBornOn: readonly string[]
  readonly recordedOn?: string
  /** Day of the last thing that happened to the child by this record, where it says one. */
  readonly lastEventOn?: string
  readonly diedOn?: string
  readonly sex?: string
  readonly birthOrder?: { readonly order?: number; readonly of?: number }
  readonly places: readonly string[]
  readonly postcodes: readonly string[]
  readonly nhsNumbers: readonly ProfileNumber[]
  readonly upns: readonly ProfileNumber[]
  readonly ulns: readonly ProfileNumber[]
  /** NHS numbers whose check digit is wrong: one edit from a right one they still say something. */
  readonly mistypedNhsNumbers: readonly string[]
  readonly locals: readonly LocalNumber[]
  /** Names of the person in a source's own master index, each with its source. */
  readonly masterIndexes: readonly string[]
  readonly mother?: ProfileParent
  readonly otherParents: readonly ProfileParent[]
  /** E.164 numbers. */
  readonly phones: readonly string[]
  readonly emails: readonly string[]
  readonly schools: readonly string[]
  readonly practices: readonly string[]
}

/** Version of the normaliser, counted up: profiles of an earlier one are made anew from their records. */
export const normaliserVersion = 'n-2'

/** Whether a version of the normaliser came before another. What is no version of ours comes before none, nor after. */
export function isEarlierNormaliser(version: string, than: string = normaliserVersion): boolean {
  return countOf(version) < countOf(than)
}

function countOf(version: string): number {
  return Number(/^n-(\d+)$/.exec(version)?.[1] ?? Number.NaN)
}

/** A profile being built, field by field. */
export type Draft = { -readonly [Field in keyof Profile]: Profile[Field] }

/** A profile that says nothing yet. Written out, not copied: profiles of one shape are built and read four times as fast. */
export function blankProfile(): Draft {
  return {
    v: normaliserVersion,
    name: { given: [], family: [] },
    others: [],
    hasPlaceholder: false,
    earlierBornOn: [],
    places: [],
    postcodes: [],
    nhsNumbers: [],
    upns: [],
    ulns: [],
    mistypedNhsNumbers: [],
    locals: [],
    masterIndexes: [],
    otherParents: [],
    phones: [],
    emails: [],
    schools: [],
    practices: [],
  }
}

/** A profile that says nothing, to build on. */
export const emptyProfile: Profile = blankProfile()
