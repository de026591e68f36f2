import { breakingChanges, contractOf, type EventContract } from './event-contract.js'
import { deliveredSchema } from './delivered-schema.js'
import { schemaName, type EventSources, type Json } from './read-contracts.js'
import { readIfPresent, type GeneratedFile } from './written.js'

const publishedPath = 'schemas/events/published.json'

/** The delivered schema of every type, and the source file that carries all schemas and code lists into libs/events. */
export function eventsCatalogueFiles(sources: EventSources): readonly GeneratedFile[] {
  const delivered = sources.posted.map(deliveredSchema)
  const text = catalogueSource({
    sharedSchemas: sources.shared,
    postedSchemas: sources.posted,
    deliveredSchemas: delivered,
    codeLists: sources.codeLists,
  })
  return [
    ...delivered.map((schema) => ({ path: `schemas/events/${schemaName(schema)}.json`, text: pretty(schema) })),
    { path: 'libs/events/src/catalogue.generated.ts', text },
  ]
}

/**
 * What every posted type asks, as it was last published. A version may only be widened.
 *
 * @throws Error naming each place where a schema asks more than its published form
 */
export async function publishedContractsFile(sources: EventSources): Promise<GeneratedFile> {
  const now = Object.fromEntries(taken(sources).map((schema) => [schemaName(schema), contractOf(schema)]))
  const before = JSON.parse((await readIfPresent(publishedPath)) ?? '{}') as Record<string, EventContract>
  const broken = Object.entries(before).flatMap(([type, old]) => {
    const contract = now[type]
    return contract ? breakingChanges(old, contract).map((change) => `${type} ${change}`) : [`${type} removed`]
  })
  if (broken.length > 0)
    throw new Error(`A published event would change; give it a new version:\n  ${broken.join('\n  ')}`)
  return { path: publishedPath, text: pretty(now) }
}

/** The schemas of what comes in; what goes out may not be narrowed either, but grows by other rules. */
function taken({ shared, posted }: EventSources): readonly Json[] {
  return [...shared.filter((schema) => schemaName(schema) !== 'delivered-envelope'), ...posted]
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function catalogueSource(parts: Readonly<Record<string, unknown>>): string {
  const constants = Object.entries(parts).map(
    ([name, value]) => `export const ${name}: readonly Json[] = ${JSON.stringify(value, null, 1)}\n`,
  )
  return `// Generated from schemas/events and schemas/codes by \`npm run generate\`.\n\ntype Json = Record<string, unknown>\n\n${constants.join('\n')}`
}
