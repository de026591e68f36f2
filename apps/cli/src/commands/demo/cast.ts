import { dateOf, type Child, type Day } from '../../kidsbench/child.js'
import { KidsBench } from '../../kidsbench/kids-bench.js'
import { mostSeeded, seedWorld } from '../../seed/population.js'

/** An invented child, as agencies describe one; the spellings are each agency's own. */
export interface CastChild {
  readonly given: string
  readonly family: string
  readonly bornOn: string
  readonly sex: 'female' | 'male'
  readonly nhsNumber: string
  readonly upn: string
  readonly mother: { readonly given: string; readonly family: string }
  readonly address: { readonly lines: readonly string[]; readonly postcode: string; readonly uprn: string }
  readonly birthOrder: { readonly order: number; readonly of: number }
}

/** Everybody the demonstration is about. */
export interface Cast {
  readonly amina: CastChild
  readonly leo: CastChild
  /** Leo's twin: the same birthday, mother and address. */
  readonly mia: CastChild
  readonly hidden: CastChild
  /** Known to nobody but the hospital. */
  readonly stranger: CastChild
  readonly pupil: CastChild
}

/** How many runs have children of their own; the first is 0. */
export const castRuns = 8_000

const [amina, leo, mia, hidden, stranger, pupil] = [0, 1, 2, 3, 4, 5] as const
const familiesARun = 6
/** Adopted children of a seed have taken numbers that come after its own. */
const apart = 1_000

/**
 * The cast of one run: children of KidsBench whom no seed takes, under the names of the story. Each run has children of its
 * own, so the demonstration can be told again on the same hub.
 *
 * @param run - the same number gives the same children; from {@link castRuns} on they are those of an earlier one
 */
export function castOf(run: number): Cast {
  const families = familiesOf(run % castRuns)
  const child = (part: number, about: Pick<CastChild, 'given' | 'sex'> & Partial<CastChild>): CastChild => {
    const { family, bornOn, nhs, upn, mother, homes } = families[part] as Child
    const { postcode, uprn } = (homes.at(-1) ?? homes[0]).place
    return {
      ...{ family, bornOn: atSchool(bornOn), nhsNumber: nhs, upn },
      mother: { given: mother.given, family: mother.family },
      address: { lines: [`${(run % 90) + part + 1} Invented Row`], postcode, uprn },
      birthOrder: { order: 1, of: 1 },
      ...about,
    }
  }
  const boy = child(leo, { given: 'Leo', sex: 'male', birthOrder: { order: 1, of: 2 } })
  const { nhsNumber, upn } = child(mia, { given: 'Mia', sex: 'female' })
  return {
    amina: child(amina, { given: 'Amina', sex: 'female' }),
    leo: boy,
    mia: { ...boy, given: 'Mia', sex: 'female', birthOrder: { order: 2, of: 2 }, nhsNumber, upn },
    hidden: child(hidden, { given: 'Esi', sex: 'female' }),
    stranger: child(stranger, { given: 'Kuba', sex: 'male' }),
    pupil: child(pupil, { given: 'Rowan', sex: 'male' }),
  }
}

/** The first child of as many families as a run needs. */
function familiesOf(run: number): readonly Child[] {
  const found: Child[] = []
  let passed = 0
  let families = 0
  for (const [first, ...others] of new KidsBench(seedWorld).children()) {
    const isFree = passed >= mostSeeded + apart
    passed += 1 + others.length
    if (!isFree || !first || families++ < run * familiesARun) continue
    found.push(first)
    if (found.length === familiesARun) return found
  }
  throw new RangeError('There are no more families for the demonstration')
}

/** The birthday in a year that makes a pupil of a primary school. */
function atSchool(bornOn: Day): string {
  const [year = '', ...day] = dateOf(bornOn).split('-')
  const dayOfYear = day.join('-') === '02-29' ? '02-28' : day.join('-')
  return `${String(2016 + (Number(year) % 5))}-${dayOfYear}`
}
