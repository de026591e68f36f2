import { dateOf, type Child } from './child.js'
import { KidsBench } from './kids-bench.js'

/** An invented child, in the form in which agencies send one. */
interface InventedChild {
  readonly nhsNumber: string
  readonly upn: string
  readonly particulars: Readonly<Record<string, unknown>>
}

/** Invents children one after the other; as many as have numbers of the range kept for tests. */
interface Inventor {
  /** The next children, without an error in their particulars. */
  take(many: number): readonly InventedChild[]
}

/** Children of KidsBench's families, for demonstrations and measurements; one seed gives the same row of children. */
export function inventedChildren(seed: number): Inventor {
  const families: Iterator<readonly Child[], undefined> = new KidsBench({ children: 100_000, seed }).children()
  const waiting: Child[] = []
  return {
    take(many) {
      while (waiting.length < many) {
        const family = families.next()
        if (family.done === true) throw new RangeError('There are no more invented children of this seed')
        waiting.push(...family.value)
      }
      return waiting.splice(0, many).map(presented)
    },
  }
}

function presented({ nhs, upn, given, middle, family, bornOn, sex, order, of, homes, mother }: Child): InventedChild {
  const { postcode, uprn } = (homes.at(-1) ?? homes[0]).place
  const particulars = {
    names: [{ use: 'legal', given: middle === '' ? given : `${given} ${middle}`, family }],
    bornOn: dateOf(bornOn),
    sex,
    birthOrder: { order, of },
    addresses: [{ postcode, uprn }],
    parents: [{ role: 'mother', given: mother.given, family: mother.family, bornOn: dateOf(mother.bornOn) }],
  }
  return { nhsNumber: nhs, upn, particulars }
}
