import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { benchLinkage as benchAloud } from '../commands/bench-linkage.js'
import { readHeader, readRows } from './csv.js'
import { evaluate } from './evaluate.js'
import { findMapping, readMapping } from './mapping.js'
import type { LinkageReport } from './report.js'

/** Generous: what is checked is the outcome, on machines however busy. */
jest.setTimeout(300_000)

const quiet = { print: () => undefined, say: () => undefined }
const benchLinkage = (args: readonly string[]) => benchAloud(args, quiet)

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'linkage-'))
})
afterAll(async () => {
  await rm(folder, { recursive: true })
})

async function aFile(name: string, text: string): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

async function rowsOf(text: string): Promise<readonly (readonly string[])[]> {
  const rows: (readonly string[])[] = []
  await readRows(await aFile('rows.csv', text), (cells) => rows.push([...cells]))
  return rows
}

describe('reading CSV', () => {
  it('takes care of a byte-order mark, CR LF, quoted line ends, doubled quotes and blanks', async () => {
    const text = '\uFEFF id , name\r\n1,"Ann, ""Annie""\r\nSmith" \r\n\r\n 2 , Łukasz\r\n3,'
    expect(await rowsOf(text)).toEqual([
      ['id', 'name'],
      ['1', 'Ann, "Annie"\r\nSmith'],
      ['2', 'Łukasz'],
      ['3', ''],
    ])
  })

  it.each([';', '\t'])('takes what stands in the first line for the separator: %j', async (separator) => {
    const text = ['id', '"na,me"', 'town'].join(separator) + '\n' + ['1', 'Ann, B', 'Hull'].join(separator)
    expect(await rowsOf(text)).toEqual([
      ['id', 'na,me', 'town'],
      ['1', 'Ann, B', 'Hull'],
    ])
  })

  it('refuses lines that end with CR alone, without telling what they hold', async () => {
    const file = await aFile('old.csv', 'id,name\r1,Ann\r')
    await expect(readHeader(file)).rejects.toThrow(/old[.]csv: lines end with CR alone; save it with LF or CR LF$/)
  })

  it('reads cells that span the pieces in which a file is read', async () => {
    const long = 'é'.repeat(700_000)
    expect(await rowsOf(`a,b\n"${long}",${long}\n`)).toEqual([
      ['a', 'b'],
      [long, long],
    ])
  })

  it('refuses bytes that are not UTF-8, naming the line, and takes a replacement character that somebody wrote', async () => {
    const latin = join(folder, 'latin.csv')
    await writeFile(latin, Buffer.from('a,b\nJos\xe9,1\n', 'latin1'))
    await expect(readRows(latin, () => undefined)).rejects.toThrow('line 2 is not UTF-8')
    await expect(readRows(await aFile('lost.csv', 'a,b\nJos\uFFFD,1\n'), () => undefined)).resolves.toBeUndefined()
  })

  it('refuses a quote that never ends, a file in UTF-16 and one that is not there', async () => {
    await expect(rowsOf('a,b\n1,"2\n')).rejects.toThrow('never ends')
    await expect(readRows(join(folder, 'none.csv'), () => undefined)).rejects.toThrow('ENOENT')
    const wide = join(folder, 'wide.csv')
    await writeFile(wide, Buffer.from('\uFEFFa,b\n', 'utf16le'))
    await expect(readRows(wide, () => undefined)).rejects.toThrow('UTF-16')
  })
})

describe('mappings', () => {
  it('recognises known data sets by their header', async () => {
    const header = 'unique_id,cluster,full_name,first_name,surname,dob,birth_place,postcode_fake,gender,occupation'
    expect((await findMapping(undefined, header.split(','))).id).toBe('unique_id')
    await expect(findMapping(undefined, ['a', 'b'])).rejects.toThrow('--schema FILE.json')
  })

  it('takes a date as one column or three, and one name for the column of a role', () => {
    const written = {
      fields: [
        { type: 'name', given: 'g' },
        { type: 'date', columns: ['y', 'm', 'd'] },
        { type: 'place', column: 'town' },
      ],
    }
    expect(readMapping(written, 'test').fields).toEqual([
      { type: 'name', given: ['g'], surname: [], other: [], full: [] },
      { type: 'date', columns: ['y', 'm', 'd'] },
      { type: 'text', column: 'town' },
    ])
  })

  it.each([
    ['no fields', { fields: [] }, 'at least one field'],
    ['a weight', { fields: [{ type: 'place', column: 'town', weight: 3 }] }, 'neither weights nor thresholds'],
    ['two columns of a date', { fields: [{ type: 'date', columns: ['y', 'm'] }] }, 'year, month, day'],
    ['an unknown type', { fields: [{ type: 'colour', column: 'c' }] }, '"type" must be'],
    ['no object', [], 'must be an object'],
  ])('refuses %s', (_, written, message) => {
    expect(() => readMapping(written, 'test')).toThrow(message)
  })
})

describe('evaluating', () => {
  it('counts pairs and records by hand-made clusters', () => {
    const linkage = {
      clusterOf: Int32Array.of(0, 0, 1, 1, 1),
      one: Int32Array.of(0, 2, 3),
      two: Int32Array.of(1, 3, 4),
      scores: Int32Array.of(9000, 9000, 1000),
      retrieved: 2,
    }
    const found = evaluate(linkage as Parameters<typeof evaluate>[0], Int32Array.of(0, 0, 1, 1, 2))
    expect(found).toMatchObject({
      truePairs: 2,
      pairsCompleteness: 1,
      reductionRatio: 0.8,
      edgesRetrieved: { precision: 1, recall: 1, f1: 1, edges: 2 },
      clustersPairwise: { precision: 0.5, recall: 1 },
    })
    expect(found.clustersBCubed.precision).toBeCloseTo((1 + 1 + 2 / 3 + 2 / 3 + 1 / 3) / 5)
  })
})

describe('waymark bench linkage', () => {
  const people = Array.from({ length: 40 }, (_, at) => [
    `q${at}`,
    `ann${'abcdefgh'.charAt(at % 8)}`,
    `sur${at}x`,
    `19${10 + at}-0${1 + (at % 9)}-1${at % 10}`,
  ])
  const csv = [
    'id,who,given,sur,born',
    ...people.flatMap(([who = '', given = '', sur = '', born = ''], at) => [
      `r${at}-org,${who},${given},${sur},${born}`,
      `r${at}-dup,${who},${given},${sur},${born}`,
    ]),
  ]
  const mapping = {
    id: 'id',
    fields: [
      { type: 'name', given: 'given', surname: 'sur' },
      { type: 'date', column: 'born' },
    ],
  }

  it('links a file by its mapping, writes clusters, edges and the report, and says the same each time', async () => {
    const schema = await aFile('mapping.json', JSON.stringify(mapping))
    const data = await aFile('people.csv', csv.join('\r\n'))
    const out = (name: string) => join(folder, name)
    const args = [
      '--data',
      data,
      '--truth',
      'who',
      '--schema',
      schema,
      '--clusters-out',
      out('c.csv'),
      '--edges-out',
      out('e.csv'),
    ]
    expect(await benchLinkage([...args, '--out', out('one.json')])).toBe(0)
    expect(await benchLinkage([...args, '--truth-pattern', 'q(\\d+)', '--out', out('two.json')])).toBe(0)
    const report = async (name: string) => JSON.parse(await readFile(out(name), 'utf8')) as LinkageReport
    const [one, two] = [await report('one.json'), await report('two.json')]
    expect(one).toMatchObject({ truePairs: 40, clustersPairwise: { f1: 1 }, edgesRetrieved: { f1: 1 } })
    expect(two.resultHash).toBe(one.resultHash)
    const clusters = (await readFile(out('c.csv'), 'utf8')).trim().split('\n')
    expect(clusters[0]).toBe('record_id,cluster_id')
    expect(clusters).toHaveLength(81)
    expect((await readFile(out('e.csv'), 'utf8')).split('\n')[0]).toBe('id_l,id_r,match_probability')
  })

  it.each([
    ['an empty file', '', {}, []],
    ['a header without records', 'id,who,given,sur,born\n', {}, []],
    ['a missing column', 'id,who,given,sur\n1,2,3,4\n', {}, []],
    ['two columns of one name', 'id,who,given,sur,given,born\n1,2,3,4,5,6\n', {}, []],
    ['a missing truth column', csv.join('\n'), {}, ['--truth', 'nobody']],
    ['an id that occurs twice', `${csv.join('\n')}\nr0-org,q,a,b,2000-01-01`, {}, []],
    ['a wrong regular expression', csv.join('\n'), {}, ['--truth-pattern', '(']],
    ['a pattern that does not fit', csv.join('\n'), {}, ['--truth-pattern', 'zz(\\d+)']],
    ['an unknown option', csv.join('\n'), {}, ['--colour', 'red']],
    ['an unknown mode', csv.join('\n'), {}, ['--mode', 'slow']],
    ['a mapping that is not JSON', csv.join('\n'), '{', []],
    ['a report in a folder that is not there', csv.join('\n'), {}, ['--out', '/nowhere/at/all.json']],
    ['clusters that would be a folder', csv.join('\n'), {}, ['--clusters-out', tmpdir()]],
  ])('refuses %s', async (_, text, more, args) => {
    const schema = await aFile('refused.json', typeof more === 'string' ? more : JSON.stringify(mapping))
    const data = await aFile('refused.csv', text)
    expect(await benchLinkage(['--data', data, '--truth', 'who', '--schema', schema, ...args])).toBe(2)
  })
})

const known = process.env['WAYMARK_LINKAGE_DATA'] ?? ''
const gates = [
  ['febrl1.csv', 'rec_id', 'rec-(\\d+)', 'batch', 0.9995, 0.9995],
  ['febrl2.csv', 'rec_id', 'rec-(\\d+)', 'batch', 0.9995, 0.9995],
  ['historical_dev.csv', 'cluster', '(.*)', 'batch', 0.975, 0.88],
  ['historical_dev.csv', 'cluster', '(.*)', 'online', 0.96, 0.88],
] as const

describe('labelled data sets, where WAYMARK_LINKAGE_DATA names their folder', () => {
  const there = gates.filter(([file]) => known !== '' && existsSync(join(known, file)))
  it('keeps the floors of clusters and edges', async () => {
    for (const [file, truth, pattern, mode, clusters, edges] of there) {
      const out = join(folder, 'gate.json')
      const args = [
        '--data',
        join(known, file),
        '--truth',
        truth,
        '--truth-pattern',
        pattern,
        '--mode',
        mode,
        '--out',
        out,
      ]
      expect(await benchLinkage(args)).toBe(0)
      const report = JSON.parse(await readFile(out, 'utf8')) as LinkageReport
      expect(report.clustersPairwise.f1).toBeGreaterThanOrEqual(clusters)
      expect(report.edgesRetrieved.f1).toBeGreaterThanOrEqual(edges)
    }
  })
})
