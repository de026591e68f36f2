import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { ProgramDied, SupervisedProgram } from './supervised-program.js'

const limits = { firstDelayMs: 10, longestDelayMs: 50, deaths: 3, steadyMs: 5_000, drainMs: 500 }

describe('a supervised program', () => {
  let logs: string
  beforeAll(async () => {
    logs = await mkdtemp(join(tmpdir(), 'waymark-logs-'))
  })
  afterAll(() => rm(logs, { recursive: true, force: true }))

  const program = async (name: string, source: string, patience: Partial<typeof limits> = {}) => {
    const file = join(logs, `${name}.mjs`)
    await writeFile(file, source)
    return new SupervisedProgram({ name, args: [file], environment: { WHO: name } }, logs, { ...limits, ...patience })
  }
  const log = (name: string) => readFile(join(logs, `${name}.log`), 'utf8')
  const until = async (isSo: () => Promise<boolean>) => {
    for (const end = Date.now() + 20_000; !(await isSo());) {
      if (Date.now() > end) throw new Error('it did not come to be so')
      await sleep(25)
    }
  }
  const neverGivenUp = (error: ProgramDied) => {
    throw error
  }

  it('is ready when it says so, and is asked to stop before it is killed', async () => {
    const polite = await program(
      'polite',
      `process.on('SIGTERM', () => { console.log('drained', process.env.WHO); process.exit() }); process.send({ ready: true }); setInterval(() => {}, 1000)`,
      { drainMs: 20_000 },
    )
    await polite.start(neverGivenUp)
    await polite.stop()
    expect(await log('polite')).toBe('drained polite\n')
    const deaf = await program(
      'deaf',
      `process.on('SIGTERM', () => {}); process.send({ ready: true }); setInterval(() => {}, 1000)`,
    )
    await deaf.start(neverGivenUp)
    await deaf.stop()
  })

  it('is started again when it dies', async () => {
    const mortal = await program(
      'mortal',
      `console.log('alive'); process.send({ ready: true }); setInterval(() => {}, 1000)`,
    )
    await mortal.start(neverGivenUp)
    const pidOf = () => (mortal as unknown as { child: { pid: number } }).child.pid
    const first = pidOf()
    process.kill(first, 'SIGKILL')
    await until(async () => (await log('mortal')) === 'alive\nalive\n')
    expect(pidOf()).not.toBe(first)
    await mortal.stop()
  })

  it('is given up when it dies again and again, with the end of its log', async () => {
    const doomed = await program('doomed', `for (let n = 1; n <= 30; n++) console.error('line', n); process.exit(1)`)
    const error: unknown = await doomed.start(neverGivenUp).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(ProgramDied)
    expect(String(error)).toContain('doomed died 3 times')
    expect(String(error)).toMatch(/line 11\n.*line 12\n/)
    expect(String(error)).not.toContain('line 10\n')
  })

  it('is given up later too, and says so once', async () => {
    const flag = join(logs, 'flag')
    const source = `import { existsSync, writeFileSync } from 'node:fs'
      if (existsSync(${JSON.stringify(flag)})) process.exit(1)
      writeFileSync(${JSON.stringify(flag)}, ''); process.send({ ready: true }); setTimeout(() => process.exit(1), 50)`
    const weak = await program('weak', source)
    const given: ProgramDied[] = []
    await weak.start((error) => given.push(error))
    await until(() => Promise.resolve(given.length > 0))
    expect(given).toHaveLength(1)
  })

  it('can be stopped before it was ready', async () => {
    const slow = await program('slow', `setInterval(() => {}, 1000)`)
    const started = slow.start(neverGivenUp)
    await Promise.all([
      expect(started).rejects.toThrow('stopped before it was ready'),
      sleep(300).then(() => slow.stop()),
    ])
  })
})
