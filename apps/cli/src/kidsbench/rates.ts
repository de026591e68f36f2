import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../project-folder.js'

/** Where the tables lie. */
export const tablesFolder = join(projectFolder(), 'schemas/kidsbench')

/** The six name-origin groups; each has tables, order and spelling habits of its own. */
export const originCodes = [
  'british-irish',
  'south-asian',
  'arabic-speaking',
  'eastern-european',
  'african-caribbean',
  'east-asian',
] as const
export type OriginCode = (typeof originCodes)[number]

/** The sectors whose records the benchmark invents. */
export const sourceCodes = ['health', 'school', 'council', 'police', 'housing'] as const
export type SourceCode = (typeof sourceCodes)[number]

interface Origin {
  readonly share: number
  readonly variant: number
  readonly middle: number
  readonly doubleSurname: number
  readonly swapped: number
  readonly newYearBirth: number
  readonly genderedSurname: number
}

interface Presence {
  readonly present: number
  readonly wrong: number
}

/** What the records of one sector hold and get wrong; percentages. */
export interface SourceRates {
  readonly covered: number
  readonly recordsWeights: readonly number[]
  readonly fromAge: number
  /** Whether the first record is of the first days; `namedWithin` so many days after them there is another. */
  readonly atStart: number
  readonly startDays: number
  readonly namedWithin: number
  /** Whether another record is of the months after a move. */
  readonly afterMove: number
  readonly nhs: Presence & { readonly verified: number }
  readonly upn: Presence
  readonly uln: number
  readonly given: { readonly typo: number; readonly nickname: number }
  readonly surname: { readonly typo: number; readonly halfDropped: number }
  readonly birth: { readonly wrong: number; readonly missing: number }
  readonly sexWrong: number
  readonly postcode: { readonly old: number; readonly missing: number }
  readonly mother: { readonly present: number; readonly bornOn: number }
  readonly birthOrder: number
  readonly placeholder: number
  readonly middle: number
  readonly formerSurname: number
  readonly uprn: number
  readonly practice: number
  readonly school: number
  readonly capitals: number
}

/** How the invented world lives: per cent of children, of families or a year. */
interface HouseholdRates {
  readonly birthsWeights: readonly number[]
  readonly multipleBirths: number
  readonly tripletsOfMultiples: number
  readonly sameSexOfMultiples: number
  readonly similarNamesOfSameSexMultiples: number
  readonly halfSiblingsOfLaterBirths: number
  readonly relativesWithOneName: number
  readonly relativesAtOneAddress: number
  readonly relativesBornTheSameDay: number
  readonly motherKeepsOwnSurname: number
  readonly mixedOrigin: number
  readonly moves: number
  readonly movesWithinOutcode: number
  readonly movesWithinArea: number
  readonly surnameChange: number
  readonly oldSurnameStillUsed: number
  readonly inCare: number
  readonly inCareInAHome: number
  readonly childrenPerHome: number
  readonly adopted: number
  readonly adoptedKeepsGivenName: number
  readonly staleAfterAdoption: number
  readonly childrenPerPostcode: number
  readonly leastPostcodes: number
}

/** How clerks err; weights among the kinds of an error, percentages elsewhere. */
export interface ErrorRates {
  readonly hastyRecords: number
  readonly hastyFactor: number
  readonly carefulFactor: number
  readonly wrongNumber: { readonly mistyped: number; readonly relative: number; readonly stranger: number }
  readonly wrongDate: {
    readonly oneDigit: number
    readonly swapped: number
    readonly year: number
    readonly defaultDay: number
  }
  readonly motherTypo: number
  readonly placeholderUnderMothersSurname: number
  readonly marksDropped: number
  readonly eastAsianAlias: number
}

/** Everything that is by chance in KidsBench, in one file. */
export interface Rates {
  readonly version: number
  /** The day after the last record. */
  readonly referenceDate: string
  readonly years: number
  readonly households: HouseholdRates
  readonly names: {
    readonly rankOffset: number
    readonly surnameRankOffset: number
    readonly rareGiven: number
    readonly rareSurname: number
  }
  readonly origins: Readonly<Record<OriginCode, Origin>>
  readonly errors: ErrorRates
  readonly sources: Readonly<Record<SourceCode, SourceRates>>
}

/** Reads the rates. */
export function readRates(folder: string = tablesFolder): Rates {
  return JSON.parse(readFileSync(join(folder, 'rates.json'), 'utf8')) as Rates
}
