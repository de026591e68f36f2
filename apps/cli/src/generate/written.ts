import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** One file that `waymark generate` makes: where it stands under the root folder, and what it must hold. */
export interface GeneratedFile {
  readonly path: string
  readonly text: string
}

/** Reads a file under the root folder; `undefined` if it is not there. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Names the files whose content on disk differs from what they must hold; reads, never writes. */
export async function staleFiles(files: readonly GeneratedFile[]): Promise<readonly GeneratedFile[]> {
  const stale: GeneratedFile[] = []
  for (const file of files) if ((await readIfPresent(file.path)) !== file.text) stale.push(file)
  return stale
}

/** Writes the files, making folders as needed. */
export async function writeFiles(files: readonly GeneratedFile[]): Promise<void> {
  for (const file of files) {
    await mkdir(dirname(file.path), { recursive: true })
    await writeFile(file.path, file.text)
  }
}
