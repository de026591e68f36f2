import { spawn, type ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chown, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readRunning, runningFile } from './leftover.js'
import type { Place } from './place.js'

/**
 * Stands between Node and PostgreSQL. However Node ends, kill -9 included, its end of this standard input closes, and
 * the server is told to stop (SIGINT: sessions are ended, everything is flushed).
 */
const guardScript = `exec 3<&0
"$@" </dev/null 3<&- & server=$!
echo "$$ $server $0" >${runningFile}.new && mv ${runningFile}.new ${runningFile}
(read -r _; kill -INT $server; n=100; while [ $n -gt 0 ] && kill -0 $server; do sleep 0.2; n=$((n-1)); done; kill -KILL $server) <&3 2>/dev/null & watch=$!
wait $server; code=$?; kill $watch 2>/dev/null
exit $code`

export interface GuardedServer {
  /** Resolves with the exit code once server and guard have gone. */
  readonly exited: Promise<number>
  /** Ends sessions, flushes, stops. */
  stop(): Promise<void>
  /** kill -9 of server and guard, for fault tests. */
  crash(): Promise<void>
}

/**
 * Starts the server of a folder and waits until it takes connections.
 *
 * @throws with the last lines of its log when it ends instead
 */
export async function startGuarded(place: Place, port: number, settings: readonly string[]): Promise<GuardedServer> {
  const mark = `waymark-${randomUUID()}`
  await rm(join(place.folder, runningFile), { force: true })
  const guard = await spawnGuard(place, mark, [
    ...['-D', 'data', '-p', String(port), '-c', `cluster_name=${mark}`],
    ...settings.flatMap((setting) => ['-c', setting]),
  ])
  const exited = new Promise<number>((resolve) => {
    guard.once('exit', (code) => {
      resolve(code ?? -1)
    })
  })
  if (!(await isReady(place.folder, guard, port))) throw new Error(await lastLines(place.folder))
  guard.unref() // a program that forgets its server may end; the guard then stops it
  return {
    exited,
    stop: async () => {
      guard.ref()
      guard.stdin?.end()
      await exited
    },
    crash: async () => {
      guard.ref()
      if (guard.pid !== undefined && guard.exitCode === null) process.kill(-guard.pid, 'SIGKILL')
      await exited
    },
  }
}

async function spawnGuard(place: Place, mark: string, serverArguments: readonly string[]): Promise<ChildProcess> {
  const output = await open(join(place.folder, 'server.log'), 'a', 0o600)
  if (place.account) await chown(join(place.folder, 'server.log'), place.account.uid, place.account.gid)
  const server = [join(place.native, 'bin', 'postgres'), ...serverArguments]
  // Detached: Ctrl+C in a terminal then reaches our program only, which stops the server last.
  const guard = spawn('sh', ['-c', guardScript, mark, ...server], {
    cwd: place.folder,
    env: { PATH: '/usr/bin:/bin:/usr/local/bin', LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['pipe', output.fd, output.fd],
    ...place.account,
  })
  guard.on('error', () => undefined) // told by exitCode and the log
  guard.stdin?.on('error', () => undefined) // a guard that is gone already
  await output.close()
  return guard
}

/** PostgreSQL writes `ready` into its pid file; a stranger on the port, or an older file, is not taken for it. */
async function isReady(folder: string, guard: ChildProcess, port: number): Promise<boolean> {
  while (guard.exitCode === null && guard.signalCode === null && guard.pid !== undefined) {
    const running = await readRunning(folder)
    const text = await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8').catch(() => '')
    const lines = text.split('\n').map((line) => line.trim())
    if (running && lines[0] === String(running.server) && lines[3] === String(port) && lines[7] === 'ready') return true
    await sleep(20)
  }
  return false
}

async function lastLines(folder: string): Promise<string> {
  const path = join(folder, 'server.log')
  const lines = (await readFile(path, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-8)
  return ['PostgreSQL did not start', ...lines.map((line) => `    ${line}`), `    (${path})`].join('\n')
}
