import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { asyncApiFile } from '../generate/async-api.js'
import { eventsCatalogueFiles, publishedContractsFile } from '../generate/events-catalogue.js'
import { graphFiles } from '../generate/graph.js'
import { openApiFile } from '../generate/open-api.js'
import { problemCodeFiles, readCatalogue } from '../generate/problem-codes.js'
import { readEventSources } from '../generate/read-contracts.js'
import { policiesFile } from '../generate/policies.js'
import { printedBy } from '../generate/subgraphs.js'
import { staleFiles, writeFiles, type GeneratedFile } from '../generate/written.js'

type Making = () => Promise<readonly GeneratedFile[]>

const catalogue = async () => readCatalogue(await readFile('schemas/errors/catalogue.yaml', 'utf8'))

/** Each contract is made for itself: one that does not hold together hides nothing of the others. */
const makings: Readonly<Record<string, Making>> = {
  'error codes': async () => problemCodeFiles(await catalogue()),
  policies: () => Promise.resolve([policiesFile()]),
  'published events': async () => [await publishedContractsFile(await readEventSources())],
  events: async () => eventsCatalogueFiles(await readEventSources()),
  AsyncAPI: async () => [await asyncApiFile(await readEventSources())],
  GraphQL: async () => graphFiles(await printedBy('print-sdl.js')),
  OpenAPI: async () => openApiFile(await printedBy('print-openapi.js'), await catalogue()),
}

/** What `--help` prints. */
export const usage = `Usage: waymark generate [--check]

Writes every generated contract and source. The programs must be built.

  --check  writes nothing, names what would change, and ends with 1 if anything would`

/**
 * Writes every generated contract and source, or with `--check` names what would change. The programs must be built.
 *
 * @returns the exit code: 1 if `--check` found a difference, or if a contract does not hold together
 */
export async function generate(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { check: { type: 'boolean', default: false } } })
  let faults = 0
  for (const [name, make] of Object.entries(makings)) {
    try {
      faults += await settle(name, await make(), values.check)
    } catch (error) {
      faults += 1
      console.error(`✗ ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  return faults === 0 ? 0 : 1
}

/** Writes what differs, or names it; answers how many differences stand. */
async function settle(name: string, files: readonly GeneratedFile[], isCheck: boolean): Promise<number> {
  const stale = await staleFiles(files)
  if (!isCheck) await writeFiles(stale)
  for (const { path } of stale) console.log(`${isCheck ? '✗ would change' : '  written'}: ${path}`)
  if (stale.length === 0) console.log(`✓ ${name}: ${files.length} files are as they should be`)
  return isCheck ? stale.length : 0
}
