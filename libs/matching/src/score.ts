import { compareBirth, compareBirthOrder, compareSex, isBirthAgreeing } from './compare-birth.js'
import { compareInstitutions, compareMothers, compareOtherParents } from './compare-family.js'
import {
  compareLocalNumbers,
  compareMasterIndexes,
  compareNhsNumbers,
  compareUlns,
  compareUpns,
} from './compare-identifiers.js'
import { compareMiddle, compareNames } from './compare-names.js'
import { compareResidence } from './compare-residence.js'
import type { Comparison, LevelOf, Model } from './model.js'
import type { Profile } from './profile.js'
import { frequencyCorrection } from './term-frequency.js'

/** One comparison's part of a score, in milli-bits; `tf` is the part of it that frequencies made of M. */
export interface Evidence {
  readonly comparison: Comparison
  readonly level: string
  readonly m: number
  readonly s: number
  readonly tf: number
}

type EvidenceGroup = 'identifiers' | 'names' | 'birth' | 'residence' | 'family' | 'institutions'

/** How alike two profiles are: sums of milli-bits for the classes *same* and *sibling*, each against unrelated. */
export interface Score {
  readonly m: number
  readonly s: number
  readonly evidence: readonly Evidence[]
  /** Evidence groups whose M counts. */
  readonly groups: readonly EvidenceGroup[]
}

const nameDisagrees: readonly string[] = ['given-exact', 'surname-exact-given-differ', 'nothing']

const groupOf: Readonly<Record<Comparison, EvidenceGroup>> = {
  names: 'names',
  middle: 'names',
  birth: 'birth',
  sex: 'birth',
  'birth-order': 'birth',
  residence: 'residence',
  'nhs-number': 'identifiers',
  upn: 'identifiers',
  uln: 'identifiers',
  'master-index': 'identifiers',
  'local-number': 'identifiers',
  mother: 'family',
  'other-parent': 'family',
  school: 'institutions',
  practice: 'institutions',
}

/** Most that a group may add, in milli-bits: its members depend on each other. */
const caps: Partial<Record<EvidenceGroup, number>> = { family: 8000, institutions: 4000 }

/** Compares two profiles; symmetric, and independent of the order of comparisons. */
export function score(left: Profile, right: Profile, model: Model): Score {
  const evidence = levelsOf(left, right).map(({ comparison, level }): Evidence => {
    const weight = model.levels[comparison][level] ?? { m: 0, s: 0 }
    const correction = frequencyCorrection(left, right, weight.tf, model)
    return { comparison, level, m: weight.m + correction.m, s: weight.s + correction.s, tf: correction.m }
  })
  const sums = sumByGroup(evidence)
  const total = (side: 'm' | 's'): number =>
    Object.values(sums).reduce((sum, group) => sum + group[side], model.prior[side])
  const groups = (Object.keys(sums) as EvidenceGroup[]).filter(
    (group) => (sums[group]?.m ?? 0) >= model.gates.groupFrom,
  )
  return { m: total('m'), s: total('s'), evidence, groups: groups.sort() }
}

/** The level that a comparison reached, if it could be made. */
export function levelIn<C extends Comparison>(found: Score, comparison: C): LevelOf<C> | undefined {
  return found.evidence.find((part) => part.comparison === comparison)?.level as LevelOf<C> | undefined
}

/** Says whether an identifier that is unique to a person agrees. */
export function hasAgreeingIdentifier(found: Score): boolean {
  return found.evidence.some(
    ({ comparison, level }) =>
      (comparison === 'nhs-number' && level === 'same-cross-checked') ||
      ((comparison === 'upn' || comparison === 'uln') && level === 'same'),
  )
}

function levelsOf(
  left: Profile,
  right: Profile,
): readonly { readonly comparison: Comparison; readonly level: string }[] {
  const names = compareNames(left, right)
  const birth = compareBirth(left, right)
  const isNamed = names !== undefined && !nameDisagrees.includes(names)
  const found: Readonly<Record<Comparison, string | undefined>> = {
    names,
    middle: compareMiddle(left, right, names),
    birth,
    sex: compareSex(left, right),
    'birth-order': compareBirthOrder(left, right),
    residence: compareResidence(left, right),
    'nhs-number': compareNhsNumbers(left, right, isBirthAgreeing(birth) || isNamed),
    upn: compareUpns(left, right),
    uln: compareUlns(left, right),
    'master-index': compareMasterIndexes(left, right),
    'local-number': compareLocalNumbers(left, right),
    mother: compareMothers(left, right),
    'other-parent': compareOtherParents(left, right),
    school: compareInstitutions(left.schools, right.schools),
    practice: compareInstitutions(left.practices, right.practices),
  }
  return (Object.keys(found) as Comparison[]).flatMap((comparison) => {
    const level = found[comparison]
    return level === undefined ? [] : [{ comparison, level }]
  })
}

function sumByGroup(evidence: readonly Evidence[]): Partial<Record<EvidenceGroup, { m: number; s: number }>> {
  const sums: Partial<Record<EvidenceGroup, { m: number; s: number }>> = {}
  for (const { comparison, m, s } of evidence) {
    const group = groupOf[comparison]
    const sum = sums[group] ?? { m: 0, s: 0 }
    sums[group] = { m: sum.m + m, s: sum.s + s }
  }
  for (const group of Object.keys(sums) as EvidenceGroup[]) {
    const [sum, cap] = [sums[group], caps[group]]
    if (sum && cap !== undefined) sums[group] = { m: Math.min(cap, sum.m), s: Math.min(cap, sum.s) }
  }
  return sums
}
