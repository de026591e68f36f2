import { dayOf, type Child, type Day } from './child.js'
import { Clerk, type KidsRecord } from './clerk.js'
import { Families } from './families.js'
import { staleVisit, visitsOf } from './lives.js'
import { readNameTables } from './name-tables.js'
import { Numbers } from './numbers.js'
import { Places } from './places.js'
import { Random, scatter } from './random.js'
import { readRates, type Rates } from './rates.js'

/** Which world to invent. */
export interface World {
  readonly children: number
  readonly seed: number
}

/** A record as it was written. */
export interface Written {
  readonly id: string
  readonly on: Day
  readonly record: KidsRecord
}

/** Days before which a child is not adopted, and that remain afterwards; and the age until which children are. */
const settling = 75
const oldestAdopted = 8 * 365

/** Characters of a record's id. */
export const idLength = 9

/**
 * Invents children and the records that agencies keep of them, one family after the other.
 */
export class KidsBench {
  readonly rates: Rates
  private readonly random: Random
  private readonly families: Families
  private readonly clerk: Clerk
  private readonly end: Day
  private records = 0

  constructor(private readonly world: World) {
    this.rates = readRates()
    const { children, seed } = world
    this.random = new Random(seed, 0)
    const numbers = new Numbers(children, seed)
    const places = new Places(this.rates, children)
    const names = readNameTables(this.rates)
    this.families = new Families(
      { rates: this.rates, names, places, numbers, seed, children },
      this.random,
      new Random(seed, 0),
    )
    this.clerk = new Clerk(this.rates, numbers, this.random)
    this.end = dayOf(this.rates.referenceDate)
  }

  /** All children, family by family. */
  *children(): Generator<readonly Child[], undefined> {
    let made = 0
    for (let family = 0; made < this.world.children; family += 1) {
      this.random.restart(this.world.seed, family)
      const children = this.families.next().slice(0, this.world.children - made)
      made += children.length
      yield children
    }
    return undefined
  }

  /** The identities of a family's children (two where an adoption parted them), each with its records. */
  recordsOf(family: readonly Child[]): readonly { readonly child: Child; readonly records: readonly Written[] }[] {
    return family.flatMap((child) =>
      this.identitiesOf(child).map((identity) => ({ child: identity, records: this.written(identity, family) })),
    )
  }

  private identitiesOf(child: Child): readonly Child[] {
    if (!this.random.happens(this.rates.households.adopted)) return [child]
    const days = Math.min(oldestAdopted, this.end - child.bornOn - 2 * settling)
    if (days <= 0) return [child]
    return this.families.adopted(child, child.bornOn + settling + this.random.below(days))
  }

  private written(child: Child, family: readonly Child[]): readonly Written[] {
    const isAdopted = child.succession !== undefined && !child.isSealed
    const stale = child.isSealed ? staleVisit(child, this.end, this.rates, this.random) : undefined
    const visits = [...visitsOf(child, this.rates, this.random), ...(stale ? [stale] : [])]
    const siblings = isAdopted ? [] : family
    return visits.map(({ source, on }) => ({
      id: `r${scatter(this.records++, this.world.seed).toString(16).padStart(8, '0')}`,
      on,
      record: this.clerk.write(child, siblings, source, on),
    }))
  }
}
