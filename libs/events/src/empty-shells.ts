import type { ChildReference } from './child-reference.js'
import type { PostedEvent } from './envelope.js'
import type { EventTypeInfo } from './event-type.js'
import { faultAt, type Fault } from './fault.js'

type Path = readonly (string | number)[]
type Demographics = NonNullable<ChildReference['demographics']>

/**
 * Names what has a form and says nothing, which the schema alone would let pass: a name without a name, an address without a
 * place, a parent of whom nothing is told, a child of whom nothing is, where neither a number nor a record of its sender's says
 * who it is. Its sender would take for said what was not, and two such children would be one.
 */
export function emptyShells({ data }: PostedEvent, { fields }: EventTypeInfo): readonly Fault[] {
  const { demographics, withheld, recordId, identifiers } = data.child
  const isNamed = recordId !== undefined || identifiers !== undefined
  const own = [...fields].flatMap(([name, { definition }]): readonly Path[] =>
    definition === 'address' && isNowhere(data.body[name]) ? [['data', 'body', name]] : [],
  )
  return [
    ...shellsIn(demographics, ['data', 'child', 'demographics'], isNamed),
    ...shellsIn(withheld?.demographics, ['data', 'child', 'withheld', 'demographics'], isNamed),
    ...own,
  ].map((path) => faultAt(path, 'FIELD_SIZE'))
}

function shellsIn(demographics: Demographics | undefined, path: Path, isNamed: boolean): readonly Path[] {
  if (demographics && Object.keys(demographics).length === 0) return isNamed ? [] : [path]
  const { names = [], addresses = [], parents = [] } = demographics ?? {}
  return [
    ...placesOf(names, ({ given, family }) => given === undefined && family === undefined, [...path, 'names']),
    ...placesOf(addresses, isNowhere, [...path, 'addresses']),
    ...placesOf(parents, (parent) => Object.keys(parent).length === 0, [...path, 'parents']),
  ]
}

function placesOf<T>(list: readonly T[], isShell: (one: T) => boolean, path: Path): readonly Path[] {
  return list.flatMap((one, at) => (isShell(one) ? [[...path, at]] : []))
}

function isNowhere(address: unknown): boolean {
  if (typeof address !== 'object' || address === null) return false
  const { lines, postcode, uprn } = address as { lines?: readonly string[]; postcode?: unknown; uprn?: unknown }
  return (lines ?? []).length === 0 && postcode === undefined && uprn === undefined
}
