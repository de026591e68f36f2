import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { match } from './match.js'

let folder = ''
const file = (name: string): string => join(folder, name)
const record = {
  source: 'urn:waymark:agency:northbridge-council',
  recordedAt: '2026-03-02T09:14:00Z',
  names: [{ use: 'legal', given: 'Amina', family: 'Begum-Khan' }],
  bornOn: '2019-05-14',
  sex: 'female',
  addresses: [{ postcode: 'LSI 4AP' }],
}

async function said(...args: readonly string[]): Promise<readonly [number, string]> {
  const lines: string[] = []
  const spies = [jest.spyOn(console, 'log'), jest.spyOn(console, 'error')]
  for (const spy of spies) spy.mockImplementation((line: unknown) => void lines.push(String(line)))
  const code = await match(args)
  for (const spy of spies) spy.mockRestore()
  return [code, lines.join('\n')]
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'waymark-match-'))
  await writeFile(file('left.json'), JSON.stringify(record))
  await writeFile(
    file('right.json'),
    `\uFEFF${JSON.stringify({ ...record, names: [{ given: 'Zara', family: 'Begum-Khan' }] })}`,
  )
  await writeFile(file('list.json'), '[1]')
  await writeFile(file('odd.json'), '{"names": 7}')
})

afterAll(async () => {
  await rm(folder, { recursive: true })
})

describe('waymark match explain', () => {
  it('tells in words that two records are of one child, and in what they agree', async () => {
    const [code, text] = await said('explain', '--left', file('left.json'), '--right', file('left.json'))
    expect(code).toBe(0)
    expect(text).toContain('One child: the link rule holds.')
    expect(text).toMatch(/names: both exact\s+17\.06\s+8\.28/)
    expect(text).toContain('adding it up again agrees')
  })

  it('tells as JSON that they are not, and never what the records say', async () => {
    const [code, text] = await said('explain', '--left', file('left.json'), '--right', file('right.json'), '--json')
    expect(code).toBe(0)
    expect(JSON.parse(text)).toMatchObject({
      outcome: 'register',
      replays: true,
      notices: { left: [{ code: 'POSTCODE_REPAIRED', pointer: '#/addresses/0/postcode' }] },
    })
    expect(text).not.toMatch(/amina|zara|begum|2019|LS1/i)
  })

  it.each([
    ['a file that is not there', ['explain', '--left', 'nowhere.json', '--right', 'nowhere.json']],
    ['a list', ['explain', '--left', 'list.json', '--right', 'left.json']],
    ['fields of another form', ['explain', '--left', 'odd.json', '--right', 'left.json']],
    ['a record for a model', ['explain', '--left', 'left.json', '--right', 'left.json', '--model', 'left.json']],
    ['one side alone', ['explain', '--left', 'left.json']],
    ['another word', ['guess']],
  ])('answers %s with 2 and a sentence', async (...row) => {
    const [, args] = row
    const [code, text] = await said(...args.map((arg) => (arg.endsWith('.json') ? file(arg) : arg)))
    expect(code).toBe(2)
    expect(text).not.toBe('')
  })
})
