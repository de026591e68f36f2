import { describe, expect, it } from '@jest/globals'
import { waymark } from '../waymark.js'

function namesIn(text: string): readonly string[] {
  return [...text.matchAll(/^ {2}(\w[\w-]*) {2}/gm)].map(([, name]) => name ?? '')
}

describe('the command waymark', () => {
  it('lists its commands, and refuses what is none of them', async () => {
    const help = await waymark('--help')
    expect([help.code, namesIn(help.stdout)]).toEqual([0, expect.arrayContaining(['up', 'demo', 'request', 'verify'])])
    expect(await waymark()).toMatchObject({ code: 2, stdout: '', stderr: help.stdout })
    const unknown = await waymark('downn')
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('✗ There is no command downn')])
  })

  it('tells of each command how it is used, also when it is not used so', async () => {
    for (const name of namesIn((await waymark('help')).stdout)) {
      const [help, wrong] = await Promise.all([waymark(name, '--help'), waymark(name, '--no-such-option')])
      expect([name, help.code, help.stdout + help.stderr]).toEqual([
        name,
        0,
        expect.stringMatching(new RegExp(`^Usage: waymark ${name}`)),
      ])
      expect([name, wrong.code, wrong.stderr]).toEqual([name, 2, expect.stringContaining(`waymark ${name}`)])
    }
  })
})
