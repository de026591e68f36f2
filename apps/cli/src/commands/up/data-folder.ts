import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** Where one hub keeps everything: databases, keys, logs, and what tells others that it runs. */
export interface DataFolder {
  readonly path: string
  readonly keys: string
  readonly logs: string
  /** What an outside program needs to reach every door. */
  readonly connectionFile: string
}

/** The `waymark up` that runs on a data folder. */
export interface RunningHub {
  readonly pid: number
  /** Tells this process from a later one that got its number. */
  readonly startedAt: string
  readonly connectionFile: string
}

/** `deploy/local/running.mjs`, which `npm start` reads before anything is compiled. */
interface Running {
  findRunning(folder: string): Promise<RunningHub | undefined>
  stopRunning(folder: string): Promise<boolean>
  startedAt(pid: number): Promise<string>
}
const running = async () => (await import(pathToFileURL(resolve('deploy/local/running.mjs')).href)) as Running

/** @returns the hub that runs on this folder; one that left its file behind does not count */
export async function findRunning(folder: string): Promise<RunningHub | undefined> {
  return (await running()).findRunning(folder)
}

/** Opens the folder, or a temporary one, and makes what is missing. Others may pass through it, but not look into it. */
export async function openDataFolder(choice: {
  readonly folder: string
  readonly temporary: boolean
  readonly fresh: boolean
}): Promise<DataFolder> {
  const path = choice.temporary ? await mkdtemp(join(tmpdir(), 'waymark-once-')) : choice.folder
  if (choice.fresh) await empty(path)
  const [keys, logs] = [join(path, 'keys'), join(path, 'logs')]
  await mkdir(path, { recursive: true })
  await chmod(path, 0o711) // run by root, PostgreSQL has another account, which must get through
  await mkdir(keys, { recursive: true, mode: 0o700 })
  await mkdir(logs, { recursive: true, mode: 0o700 })
  return { path, keys, logs, connectionFile: join(path, 'connection.json') }
}

/** Removes what a hub keeps, but not what `npm start` keeps beside it (its lock and logs of the build). */
export async function empty(folder: string): Promise<void> {
  const names = ['connection.json', 'running.json', 'keys', 'kafka', 'postgres', 'witness', 'demo']
  await Promise.all(names.map((name) => rm(join(folder, name), { recursive: true, force: true })))
}

/** Says that this process runs on the folder. */
export async function claim(folder: DataFolder): Promise<void> {
  const startedAt = await (await running()).startedAt(process.pid)
  const hub: RunningHub = { pid: process.pid, startedAt, connectionFile: folder.connectionFile }
  await writeFile(join(folder.path, 'running.json'), JSON.stringify(hub), { mode: 0o600 })
}

/** Takes back what {@link claim} said; nobody shall find doors that are closed. */
export async function release(folder: DataFolder): Promise<void> {
  await rm(folder.connectionFile, { force: true })
  await rm(join(folder.path, 'running.json'), { force: true })
}

/** Ends the hub that runs on the folder and waits until it has gone. @returns whether one ran */
export async function stopRunning(folder: string): Promise<boolean> {
  return (await running()).stopRunning(folder)
}
