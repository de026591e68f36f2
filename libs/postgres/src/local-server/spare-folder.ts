import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { endLeftover } from './leftover.js'

const parent = '/var/tmp'
const prefix = 'waymark-'
/** Names the folder that a spare one stands for. */
const nameFile = 'stands-for'

/**
 * Makes, or finds again, the folder that stands for one which the server's account cannot reach.
 *
 * Whoever removes the folder has removed its spare: those that stand for nothing any more go at the next call.
 *
 * @throws when somebody else has made a folder of that name, which anybody can foretell
 */
export async function openSpare(wanted: string): Promise<string> {
  await removeStale()
  await mkdir(wanted, { recursive: true })
  const spare = join(parent, `${prefix}${createHash('sha256').update(wanted).digest('hex').slice(0, 12)}`)
  await mkdir(spare, { mode: 0o755 }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  })
  if (!(await isOurs(spare))) throw new Error(`${spare} belongs to somebody else`)
  await chmod(spare, 0o755)
  await writeFile(join(spare, nameFile), wanted)
  return spare
}

async function removeStale(): Promise<void> {
  const names = (await readdir(parent)).filter((name) => name.startsWith(prefix))
  for (const spare of names.map((name) => join(parent, name))) {
    const wanted = (await isOurs(spare)) ? await readFile(join(spare, nameFile), 'utf8').catch(() => '') : ''
    if (wanted === '' || (await exists(wanted))) continue
    await endLeftover(join(spare, 'postgres')).then(
      () => rm(spare, { recursive: true, force: true }),
      () => undefined, // its program still runs
    )
  }
}

async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.()
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
