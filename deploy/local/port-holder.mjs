// Who listens on a port: for a message that names the program to end.
import { execFile } from 'node:child_process'
import { readFile, readdir, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)
const listening = '0A'

/** `{ name, pid }` of the program that listens on a port of loopback; undefined when it belongs to somebody else. */
export async function portHolder(port) {
  return process.platform === 'linux' ? fromProc(port) : fromLsof(port)
}

async function fromProc(port) {
  const tables = await Promise.all(['tcp', 'tcp6'].map((name) => readFile(`/proc/net/${name}`, 'utf8').catch(() => '')))
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = tables.flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
  const sockets = rows
    .filter((row) => row[1]?.endsWith(suffix) && row[3] === listening)
    .map((row) => `socket:[${row[9]}]`)
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const files = await readdir(`/proc/${pid}/fd`).catch(() => [])
    const targets = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')))
    if (!targets.some((target) => sockets.includes(target))) continue
    return { pid: Number(pid), name: (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => 'a program')).trim() }
  }
  return undefined
}

async function fromLsof(port) {
  const { stdout } = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => ({ stdout: '' }))
  const [, pid] = /^p(\d+)$/m.exec(stdout) ?? []
  const [, name] = /^c(.+)$/m.exec(stdout) ?? []
  return pid && { pid: Number(pid), name: name ?? 'a program' }
}
