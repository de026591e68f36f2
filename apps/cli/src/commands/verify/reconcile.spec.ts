import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { reconcile } from './reconcile.js'

const folder = mkdtempSync(join(tmpdir(), 'waymark-reconcile-'))
const id = (end: number): string => `00000000-0000-4000-8000-${String(end).padStart(12, '0')}`
let files = 0

function file(lines: readonly (string | object)[]): string {
  files += 1
  const path = join(folder, String(files))
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  writeFileSync(path, text.join('\n'))
  return path
}

function row(end: number, more: object = {}): object {
  const outer = {
    requestId: id(end),
    agencyId: 'larkhill-primary',
    clientId: 'larkhill-primary.mis',
    action: 'readFlags',
  }
  const text = JSON.stringify({ ...outer, at: '2026-11-20T16:20:00.000Z', ...more })
  return { id: `record-${String(end)}`, entry: end, salt1: '', commitment: '', outer: text }
}

const compare = (own: readonly (string | object)[], rows: readonly (string | object)[], agency?: string) =>
  reconcile([file(own), file(rows)], agency === undefined ? {} : { agency })

describe('an agency’s own log beside the access log', () => {
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('agrees where both have the same requests, however many records one has', async () => {
    const erased = { ...row(9), outer: null }
    const byTheHub = row(8, { requestId: undefined })
    expect(
      await compare([id(1), { requestId: id(2), at: 'noon' }], [row(1), row(1), row(2), erased, byTheHub]),
    ).toEqual({
      holds: true,
      lines: ['✓ 2 requests of larkhill-primary are in both logs', '  1 erased records could not be compared'],
    })
  })

  it('names what was answered and not logged, and what was logged and not sent by them', async () => {
    expect(await compare([id(1), id(2)], [row(2), row(3)])).toEqual({
      holds: false,
      lines: [
        `✗ request ${id(1)} was answered, and is not in the access log`,
        `✗ request ${id(3)} is in the access log alone: readFlags by larkhill-primary.mis, 2026-11-20T16:20:00.000Z`,
      ],
    })
  })

  it('counts no request of another agency for theirs', async () => {
    const rows = [row(1), row(2, { agencyId: 'vale-police' })]
    expect(await compare([id(1)], rows, 'larkhill-primary')).toMatchObject({ holds: true })
    expect(await compare([id(1), id(2)], rows, 'larkhill-primary')).toMatchObject({ holds: false })
    await expect(compare([id(1)], rows)).rejects.toThrow('--agency')
    await expect(compare([id(1)], [])).rejects.toThrow('--agency')
    expect(await compare([id(1)], [], 'larkhill-primary')).toMatchObject({ holds: false })
  })

  it('says which line names no request, and nothing of what stands in it', async () => {
    for (const line of ['Amina', '{"requestId":7}', '{Amina', '{}'])
      await expect(compare([id(1), line], [row(1)])).rejects.toThrow(
        /^line 2 of the agency’s own log has no request id$/,
      )
  })

  it('says which line is no record, however many came before it, and that there is no such file', async () => {
    const own = Array.from({ length: 3_000 }, (_, at) => id(at))
    const rows = own.map((_, at) => row(at))
    await expect(compare(own, [...rows, '{"id":"Amina"}'])).rejects.toThrow(
      /^line 3001 is not an exported access record$/,
    )
    await expect(compare(own, [...rows.slice(1), 'x'.repeat(3_000_000)])).rejects.toThrow(/^line 3000 is not/)
    await expect(reconcile([join(folder, 'none'), file(rows)], {})).rejects.toMatchObject({ code: 'ENOENT' })
    await expect(reconcile([], {})).rejects.toThrow('the agency’s own log is not given')
  })

  it('compares each request once, of whatever form its id is, and tells of it as the last record has it', async () => {
    const own = Array.from({ length: 3_000 }, (_, at) => id(at)).reverse()
    const rows = own.flatMap((_, at) => [row(at), row(at)])
    expect(await compare([...own, ...own], rows)).toEqual({
      ...{ holds: true, lines: ['✓ 3000 requests of larkhill-primary are in both logs'] },
    })
    const others = [row(7_000), { ...row(7_001, { requestId: 'x' }) }, row(7_000, { action: 'resolve' })]
    const by = 'by larkhill-primary.mis, 2026-11-20T16:20:00.000Z'
    expect(await compare([...own, id(8_000), id(5_000)], [...others, ...rows])).toEqual({
      holds: false,
      lines: [
        ...[8_000, 5_000].map((end) => `✗ request ${id(end)} was answered, and is not in the access log`),
        `✗ request ${id(7_000)} is in the access log alone: resolve ${by}`,
        `✗ request x is in the access log alone: readFlags ${by}`,
      ],
    })
  })

  it('lists the first hundred differences and counts the rest', async () => {
    const { lines } = await compare(
      Array.from({ length: 150 }, (_, at) => id(at + 1)),
      [row(200)],
    )
    expect(lines).toHaveLength(101)
    expect(lines.at(-1)).toBe('✗ and 51 more')
  })
})
