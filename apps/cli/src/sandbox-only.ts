import { readFile } from 'node:fs/promises'
import { WrongUse } from './wrong-use.js'

/**
 * Keeps what is invented out of every hub but a sandbox: it would stay among the children of a real one.
 *
 * @param connectionFile - says which profile the hub runs; where it cannot be read, whoever connects next says why
 * @throws WrongUse where it is another than `sandbox`
 */
export async function requireSandbox(connectionFile: string): Promise<void> {
  const text = await readFile(connectionFile, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const { profile } = JSON.parse(text) as { readonly profile?: unknown }
  if (profile !== 'sandbox') throw new WrongUse(`${connectionFile} is of no sandbox: no invented child goes there`)
}
