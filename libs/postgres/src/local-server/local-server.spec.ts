import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import pg from 'pg'
import { argumentsOf } from './leftover.js'
import { freePort, startLocalServer, type LocalServer } from './start-local-server.js'

jest.setTimeout(60_000)

const superPassword = 'a password: with /odd@ characters'

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<Record<string, unknown>>(statement)
    return rows
  } finally {
    await client.end()
  }
}

/** The process number of a server: the first line of its pid file. */
async function serverPid(server: { folder: string }): Promise<number> {
  return Number((await readFile(join(server.folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')[0])
}

/** A process that has ended but was not yet waited for has no arguments. */
async function isAlive(pid: number): Promise<boolean> {
  return (await argumentsOf(pid)) !== ''
}

describe('a local PostgreSQL', () => {
  let parent: string
  let server: LocalServer
  const start = () =>
    startLocalServer({ folder: join(parent, 'Zoë’s données, été', 'postgres'), superPassword, fsync: false })

  beforeAll(async () => {
    parent = await mkdtemp(join(tmpdir(), 'waymark-spec-'))
    await chmod(parent, 0o711)
    server = await start()
  })

  afterAll(async () => {
    await server.stop()
    await rm(parent, { recursive: true, force: true })
  })

  it('runs in a folder with blanks and accents, on loopback only, without a socket, and asks for the password', async () => {
    const names = "'listen_addresses', 'unix_socket_directories', 'password_encryption', 'log_error_verbosity'"
    expect(await ask(server.url, `select name, setting from pg_settings where name in (${names}) order by 1`)).toEqual([
      { name: 'listen_addresses', setting: '127.0.0.1' },
      { name: 'log_error_verbosity', setting: 'terse' },
      { name: 'password_encryption', setting: 'scram-sha-256' },
      { name: 'unix_socket_directories', setting: '' },
    ])
    const guess = Object.assign(new URL(server.url), { password: 'postgres' }).href
    await expect(ask(guess, 'select 1')).rejects.toThrow('password authentication failed')
  })

  it('keeps what was committed over a crash, and is ready again at once', async () => {
    await ask(server.url, 'create table kept as select 1 as one')
    await server.crash()
    server = await start()
    expect(await ask(server.url, 'table kept')).toEqual([{ one: 1 }])
  })

  it('ends a server whose guard was killed with its program, and starts anew', async () => {
    await ask(server.url, 'create table left_over as select 1 as one')
    const old = await serverPid(server)
    const running = join(server.folder, 'running')
    const [, ...serverAndMark] = (await readFile(running, 'utf8')).split(' ')
    await writeFile(running, [String(process.pid), ...serverAndMark].join(' ')) // a stranger has its guard's number
    expect(await isAlive(old)).toBe(true)
    server = await start()
    expect(await isAlive(old)).toBe(false)
    expect(await ask(server.url, 'table left_over')).toEqual([{ one: 1 }])
  })

  it('says why when the port is taken', async () => {
    const folder = join(parent, 'other')
    const other = startLocalServer({ folder, port: server.port, superPassword, fsync: false })
    await expect(other).rejects.toThrow('Address already in use')
  })

  it('takes another port where somebody took the one it had chosen', async () => {
    const folder = join(parent, 'unlucky')
    const taken = [server.port, server.port]
    const choosePort = async () => taken.shift() ?? freePort()
    const other = await startLocalServer({ folder, superPassword, fsync: false }, choosePort)
    expect([taken, other.port === server.port]).toEqual([[], false])
    expect(await ask(other.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await other.stop()
  })

  it('is gone after kill -9 of the program that started it', async () => {
    const folder = join(parent, 'orphan')
    const library = pathToFileURL(resolve('dist/libs/postgres/src/index.js')).href
    const program = `const { startLocalServer } = await import(${JSON.stringify(library)})
      const server = await startLocalServer({ folder: ${JSON.stringify(folder)}, superPassword: 'x', fsync: false })
      process.send(server.port); setInterval(() => {}, 1000)`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    })
    await once(child, 'message')
    const pid = await serverPid({ folder })
    expect(await isAlive(pid)).toBe(true)
    child.kill('SIGKILL')
    for (let tries = 0; tries < 100 && (await isAlive(pid)); tries++) await sleep(100)
    expect(await isAlive(pid)).toBe(false)
  })

  const rootOnly = process.getuid?.() === 0 ? it : it.skip
  rootOnly('moves out of a folder that is closed to the account it runs as, and says so', async () => {
    const folder = join(parent, 'closed', 'postgres')
    await mkdir(join(parent, 'closed'), { mode: 0o700 })
    const said: string[] = []
    const moved = await startLocalServer({ folder, superPassword, fsync: false, log: (line) => said.push(line) })
    expect(moved.folder).toMatch(/^\/var\/tmp\/waymark-[0-9a-f]{12}\/postgres$/)
    expect(said.join()).toContain(moved.folder)
    expect(await ask(moved.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await ask(moved.url, 'create table kept as select 1 as one')
    await moved.stop()
    const again = await startLocalServer({ folder, superPassword, fsync: false })
    expect(await ask(again.url, 'table kept')).toEqual([{ one: 1 }])
    await again.stop()

    await rm(folder, { recursive: true }) // as --fresh does
    const fresh = await startLocalServer({ folder, superPassword: 'another', fsync: false })
    await expect(ask(fresh.url, 'table kept')).rejects.toThrow('does not exist')
    await fresh.stop()
    await rm(join(fresh.folder, '..'), { recursive: true, force: true })
  })
})
