import { readFile } from 'node:fs/promises'
import { asyncApiFile } from '../generate/async-api.js'
import { eventsCatalogueFiles, publishedContractsFile } from '../generate/events-catalogue.js'
import { graphFiles } from '../generate/graph.js'
import { openApiFile } from '../generate/open-api.js'
import { problemCodeFiles, readCatalogue } from '../generate/problem-codes.js'
import { readEventSources } from '../generate/read-contracts.js'
import { printedBy } from '../generate/subgraphs.js'
import { staleFiles, writeFiles, type GeneratedFile } from '../generate/written.js'

/**
 * Writes every generated contract and source, or with `--check` names what would change. The programs must be built.
 *
 * @returns the exit code: 1 if `--check` found a difference, or if the contracts do not hold together
 */
export async function generate(args: readonly string[]): Promise<number> {
  try {
    const files = await generatedFiles()
    const stale = await staleFiles(files)
    if (args.includes('--check')) return report(stale, files.length)
    await writeFiles(stale)
    console.log(`generate: ${stale.length} of ${files.length} files written`)
    return 0
  } catch (error) {
    console.error(`generate: ${error instanceof Error ? error.message : String(error)}`)
    return 1
  }
}

function report(stale: readonly GeneratedFile[], count: number): number {
  for (const { path } of stale) console.log(`would change: ${path}`)
  if (stale.length === 0) console.log(`generate: ${count} files are as they should be`)
  return stale.length === 0 ? 0 : 1
}

async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const catalogue = readCatalogue(await readFile('schemas/errors/catalogue.yaml', 'utf8'))
  const sources = await readEventSources()
  return [
    ...problemCodeFiles(catalogue),
    await publishedContractsFile(sources),
    ...eventsCatalogueFiles(sources),
    await asyncApiFile(sources),
    ...(await graphFiles(await printedBy('print-sdl.js'))),
    ...openApiFile(await printedBy('print-openapi.js')),
  ]
}
