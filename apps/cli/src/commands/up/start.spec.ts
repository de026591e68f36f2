import { execFile, spawn } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'

jest.setTimeout(60_000)

const run = promisify(execFile)
const local = (name: string) => resolve('deploy/local', name)

interface Outcome {
  readonly code: number
  readonly told: string
}

/** Runs `npm start` as a person would, but in a machine that lacks what `environment` says. */
async function start(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Outcome> {
  return run(process.execPath, [local('start.mjs'), ...args], { env: { ...environment } }).then(
    ({ stdout }) => ({ code: 0, told: stdout }),
    (error: unknown) => {
      const { code, stderr } = error as { code: number; stderr: string }
      return { code, told: stderr }
    },
  )
}

/** Calls a function of one of the plain scripts and returns what it answers. */
async function ask(script: string, expression: string): Promise<unknown> {
  const program = `import * as it from ${JSON.stringify(pathToFileURL(local(script)).href)}
    console.log(JSON.stringify(await (${expression}) ?? null))`
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
  return JSON.parse(stdout)
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waymark start, été '))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('npm start, on a machine that lacks something', () => {
  let taken: Server
  let port: number

  beforeAll(async () => {
    taken = createServer()
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve))
    port = (taken.address() as AddressInfo).port
  })
  afterAll(() => {
    taken.close()
  })

  const data = () => ['--data', join(folder, 'data')]

  it('says which Java and Maven Kafka needs, what there is, and what to do', async () => {
    const bin = join(folder, 'old java')
    await mkdir(bin)
    await writeFile(join(bin, 'java'), '#!/bin/sh\necho \'openjdk version "11.0.22" 2024-01-16\' >&2\n')
    await chmod(join(bin, 'java'), 0o755)
    const { code, told } = await start([...data(), '--once'], { PATH: bin })
    expect(code).toBe(2)
    expect(told).toContain('✗ Kafka needs Java 17 or newer and Maven; found java 11, no mvn')
    expect(told).toContain('sudo apt install openjdk-17-jre-headless maven')
    expect(told).toContain('KAFKA_BROKERS=host:9092 npm start')
  })

  it('tells all faults at once, and who holds a port', async () => {
    const { code, told } = await start([...data(), '--port-offset', String(port - 4002)], { PATH: folder })
    expect(code).toBe(2)
    expect(told).toContain('✗ Kafka needs Java 17 or newer and Maven; found no java, no mvn')
    expect(told).toMatch(
      new RegExp(`✗ Port ${String(port)} \\(exchange\\) is taken by .+, pid ${String(process.pid)} `),
    )
    expect(told).toContain('npm start -- --port-offset 1000')
  })

  it('answers 3 when only a port is taken, and asks for no Java where a broker is given', async () => {
    const given = { PATH: folder, KAFKA_BROKERS: 'broker.example:9092', DATABASE_URL: 'postgres://db.example/waymark' }
    const { code, told } = await start([...data(), '--port-offset', String(port - 4002)], given)
    expect(code).toBe(3)
    const faults = told.split('\n').filter((line) => line.startsWith('✗'))
    expect(faults.filter((line) => !line.startsWith('✗ Port '))).toEqual([])
    expect(faults.join()).toContain(`✗ Port ${String(port)} (exchange) is taken`)
  })

  it('answers 3 where no client could ask a program, since fetch refuses its port', async () => {
    const given = { PATH: folder, KAFKA_BROKERS: 'broker.example:9092', DATABASE_URL: 'postgres://db.example/waymark' }
    const { code, told } = await start([...data(), '--port-offset', '2000'], given)
    expect([code, told]).toEqual([
      3,
      expect.stringContaining('✗ Port 6000 (gateway) is one that browsers and Node refuse'),
    ])
    const refused = async (ports: object) => ask('refused-ports.mjs', `it.refusedPort(${JSON.stringify(ports)})`)
    expect(await refused({ gateway: 5060 })).toContain('5060')
    expect(await refused({ gateway: 4000, kafka: 6000, 'kafka-controller': 6666, postgres: 10080 })).toBeNull()
  })

  it('asks for a newer Node, for WSL on Windows, and for more memory', async () => {
    expect(await ask('checks.mjs', `it.nodeFault('20.18.3')`)).toMatchObject({
      code: 2,
      text: expect.stringContaining('✗ Waymark needs Node 20.19 or newer; found 20.18.3'),
    })
    for (const fine of ['20.19.0', '22.0.0', '24.21.0'])
      expect(await ask('checks.mjs', `it.nodeFault('${fine}')`)).toBeNull()
    expect(await ask('checks.mjs', `it.platformFault('win32')`)).toMatchObject({
      text: expect.stringContaining('WSL 2'),
    })
    expect(await ask('checks.mjs', `it.memoryFault(${String(2 * 1024 ** 3)})`)).toMatchObject({
      text: expect.stringContaining('this machine has 2.0'),
    })
  })

  it('says what to do where the system does not know the user, as PostgreSQL wants it to', async () => {
    const nameless = `() => { throw new Error('no such user') }`
    expect(await ask('checks.mjs', `it.accountFault({}, ${nameless})`)).toMatchObject({
      code: 2,
      text: expect.stringContaining('useradd --uid'),
    })
    expect(await ask('checks.mjs', `it.accountFault({ DATABASE_URL: 'postgres://x' }, ${nameless})`)).toBeNull()
    expect(await ask('checks.mjs', `it.accountFault({})`)).toBeNull()
  })

  it('names the connection file of the hub that runs already, and starts nothing', async () => {
    const startedAt = await ask('running.mjs', `it.startedAt(${String(process.pid)})`)
    const connectionFile = join(folder, 'data', 'connection.json')
    await mkdir(join(folder, 'data'), { recursive: true })
    const running = { pid: process.pid, startedAt, connectionFile }
    await writeFile(join(folder, 'data', 'running.json'), JSON.stringify(running))
    expect(await start(data(), { PATH: folder })).toMatchObject({
      code: 0,
      told: expect.stringContaining(connectionFile),
    })
    await writeFile(join(folder, 'data', 'running.json'), JSON.stringify({ ...running, startedAt: '1' }))
    expect(await start(data(), { PATH: folder })).toMatchObject({ code: 2 }) // a stranger got the number
  })
})

describe('preparing a clone', () => {
  const prepare = (clone: string) =>
    ask(
      'prepare.mjs',
      `(async () => { const said = []; await it.prepare({ folder: ${JSON.stringify(clone)}, say: (line) => said.push(line.replace(/ {2}.*/, '')) }); return said })()`,
    )

  it('installs and compiles what is missing or out of date, and nothing else, also side by side', async () => {
    const clone = join(folder, 'un dépôt')
    await mkdir(join(clone, 'apps'), { recursive: true })
    await mkdir(join(clone, 'libs'))
    const dependencies = { typescript: `file:${resolve('node_modules/typescript')}` }
    await writeFile(join(clone, 'package.json'), JSON.stringify({ name: 'clone', type: 'module', dependencies }))
    await writeFile(join(clone, 'tsconfig.base.json'), '{}')
    const compilerOptions = {
      rootDir: '.',
      outDir: 'dist',
      target: 'es2023',
      module: 'nodenext',
      types: [],
      skipLibCheck: true,
    }
    await writeFile(join(clone, 'tsconfig.build.json'), JSON.stringify({ compilerOptions, include: ['apps/*.ts'] }))
    await writeFile(join(clone, 'apps/one.ts'), 'export const one = 1\n')
    await run('npm', ['install', '--package-lock-only', '--ignore-scripts'], { cwd: clone })

    const [first, second] = await Promise.all([prepare(clone), prepare(clone)])
    const steps = [first, second].flat().filter((line) => String(line).startsWith('✓'))
    expect(steps).toEqual(['✓ packages', '✓ programs compiled']) // by one of the two; the other waited
    expect(await readFile(join(clone, 'dist/apps/one.js'), 'utf8')).toContain('one = 1')

    await rm(join(clone, 'apps/one.ts'))
    await writeFile(join(clone, 'apps/two.ts'), 'export const two = 2\n')
    expect(await prepare(clone)).toEqual(['✓ programs compiled'])
    await expect(stat(join(clone, 'dist/apps/one.js'))).rejects.toThrow('ENOENT')

    await writeFile(join(clone, 'apps/two.ts'), 'export const two: string = 2\n')
    await expect(prepare(clone)).rejects.toThrow('apps/two.ts(1,14): error TS2322')
  })

  it('keeps what npm fetches in the clone where there is no home to keep it in', async () => {
    const cacheBelow = (home: string) =>
      ask(
        'prepare.mjs',
        `(process.env.npm_config_cache = ${JSON.stringify(join(home, '.npm'))}, it.cacheFor('/clone'))`,
      )
    expect(await cacheBelow(folder)).toEqual([])
    expect(await cacheBelow('/dev/null')).toEqual(['--cache', join('/clone', '.data', 'npm')])
  })

  it('takes the lock of a process that was killed, and keeps that of one that lives', async () => {
    const lock = join(folder, 'a.lock')
    const hold = `import { withLock } from ${JSON.stringify(pathToFileURL(local('lock.mjs')).href)}
      await withLock(${JSON.stringify(lock)}, async () => { console.log('held'); await new Promise((r) => setTimeout(r, Number(process.argv[1]))) })`
    const holder = (ms: number) => spawn(process.execPath, ['--input-type=module', '-e', hold, String(ms)])
    const killed = holder(60_000)
    await new Promise((resolve) => killed.stdout.once('data', resolve))
    const waiting = holder(300)
    let waitingHeld = false
    waiting.stdout.once('data', () => (waitingHeld = true))
    await new Promise((resolve) => setTimeout(resolve, 700))
    expect(waitingHeld).toBe(false)
    killed.kill('SIGKILL')
    expect(await new Promise((resolve) => waiting.once('close', resolve))).toBe(0)
    expect(waitingHeld).toBe(true)
    await expect(stat(lock)).rejects.toThrow('ENOENT')
  })
})
