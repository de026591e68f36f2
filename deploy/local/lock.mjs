// One holder at a time per file, over all processes of this machine; a second caller waits. Only Node built-ins.
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A holder says that it lives this often; one that was silent for the second time, or whose process is gone, lost the lock. */
const beatMs = 2_000
const silentMs = 30_000

/**
 * Runs `work` while holding the lock file at `path`.
 *
 * @param path where; its folder is made
 * @param work what to do; the lock is released whatever it does
 * @param onWait called once, with the holder's process number, when somebody else holds the lock
 */
export async function withLock(path, work, onWait = () => {}) {
  await mkdir(dirname(path), { recursive: true })
  const token = `${process.pid} ${randomUUID()}`
  let told = false
  while (!(await take(path, token))) {
    const holder = await readFile(path, 'utf8').catch(() => '')
    if (await isDead(path, holder)) await removeStale(path, holder)
    else {
      if (!told && holder) onWait(Number(holder.split(' ')[0]))
      told ||= holder !== ''
      await sleep(100)
    }
  }
  const beat = setInterval(() => utimes(path, new Date(), new Date()).catch(() => {}), beatMs)
  try {
    return await work()
  } finally {
    clearInterval(beat)
    if ((await readFile(path, 'utf8').catch(() => '')) === token) await rm(path, { force: true })
  }
}

async function take(path, token) {
  try {
    const file = await open(path, 'wx', 0o600)
    await file.writeFile(token)
    await file.close()
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

async function isDead(path, holder) {
  const found = await stat(path).catch(() => undefined)
  if (!found) return false
  const silentFor = Date.now() - found.mtimeMs
  if (holder === '') return silentFor > beatMs // ended between making the file and writing into it
  return silentFor > silentMs || !isAlive(Number(holder.split(' ')[0]))
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return error.code === 'EPERM'
  }
}

/** Of several that find the same stale lock, one moves it away; who moved a fresh one by mistake puts it back. */
async function removeStale(path, holder) {
  const aside = `${path}.${process.pid}`
  await rename(path, aside).catch(() => {})
  const moved = await readFile(aside, 'utf8').catch(() => undefined)
  if (moved !== undefined && moved !== holder) await rename(aside, path)
  else await rm(aside, { force: true })
}
