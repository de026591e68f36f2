import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { empty, stopRunning } from './up/data-folder.js'

/** What `--help` prints. */
export const usage = `Usage: waymark reset --yes [--data FOLDER]

Stops the hub of a data folder and removes its databases, keys and connection file. Logs stay.

  --yes          there is no way back
  --data FOLDER  else WAYMARK_DATA, else .data`

/**
 * Stops the hub of a data folder and removes its databases, keys and connection file. Logs stay.
 *
 * @returns the exit code: 2 unless `--yes` confirms
 */
export async function reset(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { yes: { type: 'boolean', default: false }, data: { type: 'string' } },
  })
  const folder = resolve(values.data ?? process.env['WAYMARK_DATA'] ?? '.data')
  if (!values.yes) {
    console.error(`✗ This removes every record and key in ${folder}. Confirm with: waymark reset --yes`)
    return 2
  }
  await stopRunning(folder)
  await empty(folder)
  console.log(`${folder} is empty; npm start begins anew`)
  return 0
}
