type Json = Record<string, unknown>

/** What one place of a schema asks of a value. */
type Constraints = Readonly<Record<string, unknown>>

/** A posted type as it was published: what is asked at each place, by its path. */
export type EventContract = Readonly<Record<string, Constraints>>

const keywords = [
  '$ref',
  'oneOf',
  'not',
  'if',
  'then',
  'type',
  'enum',
  'const',
  'pattern',
  'format',
  'required',
  'additionalProperties',
  'uniqueItems',
  'minLength',
  'minItems',
  'minimum',
  'maxLength',
  'maxItems',
  'maximum',
] as const

/** Lays a schema flat: every place a value can stand at, with what is asked there. References are kept, not followed. */
export function contractOf(schema: Json): EventContract {
  const places: Record<string, Json> = {}
  visit(schema, '', places)
  return Object.fromEntries(Object.entries(places).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function visit(schema: Json, path: string, places: Record<string, Json>): void {
  const place = (places[path] ??= {})
  for (const keyword of keywords.filter((name) => schema[name] !== undefined))
    place[keyword] = merge(keyword, place[keyword], schema[keyword])
  for (const [below, part] of partsOf(schema)) visit(part, `${path}${below}`, places)
}

/** The schemas a schema consists of, each with what its place adds to the path. */
function partsOf(schema: Json): readonly (readonly [string, Json])[] {
  const { allOf = [], items, properties = {}, $defs = {} } = schema as Parts
  return [
    ...allOf.map((part) => ['', part] as const),
    ...(items === undefined ? [] : [['/*', items] as const]),
    ...Object.entries(properties).map(([name, property]) => [`/${name}`, property] as const),
    ...Object.entries($defs).map(([name, definition]) => [`#${name}`, definition] as const),
  ]
}

interface Parts {
  readonly allOf?: readonly Json[]
  readonly items?: Json
  readonly properties?: Readonly<Record<string, Json>>
  readonly $defs?: Readonly<Record<string, Json>>
}

function merge(keyword: string, before: unknown, now: unknown): unknown {
  return keyword === 'required' ? [...new Set([...((before ?? []) as string[]), ...(now as string[])])].sort() : now
}

/**
 * Names what a schema of the same version asks more than its published form did: a property gone, one newly required,
 * a list, type or length narrowed. What it asks less is no fault.
 */
export function breakingChanges(before: EventContract, after: EventContract): readonly string[] {
  return Object.entries(before).flatMap(([path, old]) => {
    const place = path === '' ? '/' : path
    const now = after[path]
    return now ? narrowed(old, now).map((what) => `${place}: ${what}`) : [`${place}: removed`]
  })
}

function narrowed(old: Constraints, now: Constraints): readonly string[] {
  return keywords
    .filter((keyword) => isNarrower(keyword, old[keyword], now[keyword]))
    .map((keyword) => `${keyword} narrowed`)
}

function isNarrower(keyword: (typeof keywords)[number], old: unknown, now: unknown): boolean {
  if (now === undefined || same(old, now)) return false
  if (keyword === 'required') return !includesAll(old ?? [], now)
  return old === undefined || comparisonOf(keyword)(old, now)
}

function comparisonOf(keyword: string): (old: unknown, now: unknown) => boolean {
  if (keyword === 'enum' || keyword === 'type') return (old, now) => !includesAll(now, old)
  if (keyword.startsWith('min')) return (old, now) => Number(now) > Number(old)
  if (keyword.startsWith('max')) return (old, now) => Number(now) < Number(old)
  return () => true
}

function includesAll(all: unknown, some: unknown): boolean {
  const set = new Set([all].flat())
  return [some].flat().every((one) => set.has(one))
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
