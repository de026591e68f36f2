import { atTheGateway, type OpenApi } from './at-the-gateway.js'
import type { Catalogue } from './problem-codes.js'
import type { Owner } from './subgraphs.js'
import type { GeneratedFile } from './written.js'

type Json = Record<string, unknown>

/**
 * The REST paths of all programs as one OpenAPI document, as the gateway shows them.
 *
 * @throws Error if two programs claim one path, or give one component two meanings
 */
export function openApiFile(printed: ReadonlyMap<Owner, string>, catalogue: Catalogue): readonly GeneratedFile[] {
  const documents = [...printed].map(([owner, text]) => tagged(owner, JSON.parse(text) as OpenApi))
  const [first] = documents
  if (!first) return []
  const merged = {
    ...first,
    info: {
      title: 'Waymark',
      version: '1',
      description: 'The REST paths of the gateway. Events, their schemas and feeds: schemas/events.',
    },
    paths: merge(
      documents.map(({ paths }) => paths),
      () => false,
    ) as Record<string, Json>,
    components: mergeSections(documents.map(({ components }) => components ?? {})) as Record<string, Json>,
  }
  return [{ path: 'schemas/rest/openapi.json', text: `${JSON.stringify(atTheGateway(merged, catalogue), null, 2)}\n` }]
}

/** Marks each operation that has no tag with the program that owns it. */
function tagged(owner: Owner, document: OpenApi): OpenApi {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operations = Object.entries(item as Record<string, Json>).map(([method, operation]) => [
      method,
      { tags: [owner], ...operation },
    ])
    return [path, Object.fromEntries(operations) as Json]
  })
  return { ...document, paths: Object.fromEntries(paths) as Record<string, Json> }
}

/** Programs may describe one shape each under its name, such as a problem, if they mean the same. */
function mergeSections(all: readonly Readonly<Record<string, Json>>[]): Json {
  const names = [...new Set(all.flatMap((sections) => Object.keys(sections)))].sort()
  return Object.fromEntries(
    names.map((name) => [
      name,
      merge(
        all.map((sections) => sections[name] ?? {}),
        same,
      ),
    ]),
  )
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function merge(parts: readonly Json[], mayMeet: (a: unknown, b: unknown) => boolean): Json {
  const merged = new Map<string, unknown>()
  for (const [name, value] of parts.flatMap((part) => Object.entries(part))) {
    if (merged.has(name) && !mayMeet(merged.get(name), value)) throw new Error(`OpenAPI: ${name} stands twice`)
    merged.set(name, value)
  }
  return Object.fromEntries([...merged].sort(([a], [b]) => (a < b ? -1 : 1)))
}
