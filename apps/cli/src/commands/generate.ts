import { readFile } from 'node:fs/promises'
import { eventsCatalogueFiles } from '../generate/events-catalogue.js'
import { problemCodeFiles, readCatalogue } from '../generate/problem-codes.js'
import { staleFiles, writeFiles, type GeneratedFile } from '../generate/written.js'

/**
 * Writes every generated contract and source, or with `--check` names what would change.
 *
 * @returns the exit code: 1 if `--check` found a difference
 */
export async function generate(args: readonly string[]): Promise<number> {
  const files = await generatedFiles()
  const stale = await staleFiles(files)
  if (!args.includes('--check')) {
    await writeFiles(stale)
    console.log(`generate: ${stale.length} of ${files.length} files written`)
    return 0
  }
  for (const { path } of stale) console.log(`would change: ${path}`)
  return stale.length === 0 ? 0 : 1
}

async function generatedFiles(): Promise<readonly GeneratedFile[]> {
  const catalogue = readCatalogue(await readFile('schemas/errors/catalogue.yaml', 'utf8'))
  return [...problemCodeFiles(catalogue), ...(await eventsCatalogueFiles())]
}
