import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { programs, System, type Program } from '../system.js'

/** Who is killed in which step of the story, as soon as the step has told what it is about and begins to ask. */
const victims: Readonly<Record<string, Program>> = {
  2: 'identity',
  3: 'exchange',
  4: 'safeguarding',
  5: 'gateway',
  6: 'auth',
  9: 'audit',
}

/** Promise 1, told as a story: every program is killed once while the demonstration runs, and all of it holds. */
describe('the demonstration outlives its programs', () => {
  let system: System
  beforeAll(async () => {
    system = await System.open()
  }, 240_000)
  afterAll(() => system.close())

  /** `waymark demo`, with children of its own. @returns its exit code */
  const play = async (onLine: (line: string) => void): Promise<unknown> => {
    const run = ['--connection', system.place.connectionFile, '--run', String(randomInt(8_000))]
    const story = spawn(process.execPath, ['dist/apps/cli/src/main.js', 'demo', ...run], {
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    createInterface(story.stdout).on('line', onLine)
    return (await once(story, 'close'))[0]
  }

  it('each of the six is killed in a step of its own, comes back, and every step holds', async () => {
    const before = new Map(programs.map((program) => [program, system.pidOf(program)]))
    const told: string[] = []
    const alive = { ...victims }
    let step = ''
    const code = await play((line) => {
      told.push(line)
      const heading = /^── (\d)/.exec(line)?.[1]
      const victim = heading === undefined ? alive[step] : undefined
      step = heading ?? step
      if (victim === undefined) return
      system.kill(victim)
      Reflect.deleteProperty(alive, step)
    })
    expect(told.slice(-1)).toEqual(['Every step held. Amina is not lost.'])
    expect(code).toBe(0)
    for (const program of programs) await system.untilReady(program)
    expect(programs.filter((program) => system.pidOf(program) === before.get(program))).toEqual([])
  }, 150_000)
})
