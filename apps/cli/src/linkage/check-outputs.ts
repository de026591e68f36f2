import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Unusable } from './unusable.js'

/** Files that will be written are asked about before a long run, not after it. @throws Unusable naming the option */
export async function checkOutputs(files: Readonly<Record<string, string | undefined>>): Promise<void> {
  for (const [option, file] of Object.entries(files)) if (file !== undefined) await checkOutput(option, file)
}

async function checkOutput(option: string, file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isDirectory() === true) throw new Unusable(`${option} ${file}: is a folder`)
  try {
    await access(found ? file : dirname(file), constants.W_OK)
  } catch {
    throw new Unusable(`${option} ${file}: cannot be written`)
  }
}
