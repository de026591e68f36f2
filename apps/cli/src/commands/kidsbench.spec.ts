import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { WrongUse } from '../wrong-use.js'
import { kidsbench } from './kidsbench.js'

const folder = mkdtempSync(join(tmpdir(), 'kidsbench-command-'))
const report = join(folder, 'report.json')

const silenced = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')]

async function runsOf(...options: readonly string[]): Promise<readonly object[]> {
  await kidsbench(['evaluate', '--data', folder, '--out', report, ...options])
  return JSON.parse(readFileSync(report, 'utf8')) as readonly object[]
}

beforeAll(async () => {
  for (const spy of silenced) spy.mockReturnValue()
  await kidsbench(['generate', '--children', '60', '--out', folder])
})
afterAll(() => {
  for (const spy of silenced) spy.mockRestore()
  rmSync(folder, { recursive: true })
})

describe('waymark kidsbench evaluate', () => {
  it('plays the records with reviews left open and answered, or with one of the two', async () => {
    const [open, answered] = await runsOf()
    expect(answered).not.toEqual(open)
    expect(await runsOf('--reviews', 'answered')).toEqual([answered])
  })

  it('refuses what it does not know', () => {
    expect(() => kidsbench(['evaluate', '--data', folder, '--reviews', 'some'])).toThrow(WrongUse)
  })
})
