import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import {
  commitmentOf,
  CompactRange,
  considerCheckpoint,
  entriesPath,
  formatTlogProof,
  inclusionProof,
  leafHash,
  noteKey,
  perfectRoot,
  readSigner,
  readVerifier,
  signCheckpoint,
  tilePath,
  tilesAt,
  tileWidth,
  TiledTree,
  placeOf,
} from '#libs/tlog'
import { verify } from './verify.js'

const seed = (byte: number): Buffer => Buffer.alloc(32, byte)
const origin = 'waymark.example/log'
const logKey = noteKey(origin, 'log', seed(1))
const witnessKeys = ['council', 'nhs', 'auditor'].map(
  (name, at) => [name, noteKey(name, 'witness', seed(2 + at))] as const,
)
const size = 600

const opened = Array.from({ length: size }, (_, at) => {
  const outer = { id: `record-${String(at)}`, agencyId: 'larkhill-primary', purpose: 'safeguard-child' }
  const salts = { salt1: Buffer.alloc(16, at % 250), salt2: Buffer.alloc(16, 1) }
  const { commitment, innerHash } = commitmentOf({ outer, inner: { child: 'c' }, ...salts })
  return { outer: { ...outer, innerHash: innerHash.toString('hex') }, salt1: salts.salt1.toString('hex'), commitment }
})
const leaves = opened.map(({ commitment }) => leafHash(commitment))
const full = [0, 1].map((tile) => perfectRoot(Buffer.concat(leaves.slice(tile * 256, tile * 256 + 256)), 0, 256))
const levels = [Buffer.concat(leaves), Buffer.concat(full)]
const tileOf = (level: number, index: number, width: number): Buffer =>
  (levels[level] ?? Buffer.alloc(0)).subarray(index * 8192, index * 8192 + width * 32)
const tree = new TiledTree({
  tiles: (ids) => Promise.resolve(new Map(ids.map((id) => [placeOf(id), tileOf(id.level, id.index, id.width)]))),
})

function checkpointOf(count: number, { key = logKey.secret, root = rootOf(count), witnesses = 3 } = {}): string {
  const signer = readSigner(key)
  const note = signCheckpoint({ origin: signer.name, size: count, root }, signer)
  const lines = witnessKeys.slice(0, witnesses).map(([, { secret }]) => {
    const log = readVerifier(noteKey(signer.name, 'log', key === logKey.secret ? seed(1) : seed(9)).public)
    const position = { log, signer: readSigner(secret), remembered: undefined, nowSeconds: 1_795_000_000 }
    return considerCheckpoint(`old 0\n\n${note}`, position).body
  })
  return note + lines.join('')
}

function rootOf(count: number): Buffer {
  const range = new CompactRange()
  for (const leaf of leaves.slice(0, count)) range.append(leaf)
  return range.root()
}

const folder = mkdtempSync(join(tmpdir(), 'waymark-verify-'))
const pristine = join(folder, 'pristine')
const put = (base: string, path: string, data: Buffer | string): string => {
  const file = join(base, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, data)
  return file
}
for (const level of [0, 1]) {
  const { full: whole, partial } = tilesAt(level, size)
  for (let index = 0; index < whole; index++)
    put(pristine, tilePath({ level, index, width: tileWidth }), tileOf(level, index, tileWidth))
  if (partial > 0) put(pristine, tilePath({ level, index: whole, width: partial }), tileOf(level, whole, partial))
}
for (const [index, width] of [
  [0, 256],
  [1, 256],
  [2, 88],
] as const) {
  const entries = opened.slice(index * 256, index * 256 + width)
  put(
    pristine,
    entriesPath(index, width),
    Buffer.concat(entries.flatMap(({ commitment }) => [Buffer.of(0, 32), commitment])),
  )
}
put(pristine, 'checkpoint', checkpointOf(size))
const policy = put(
  folder,
  'policy',
  [
    `log ${logKey.public}`,
    ...witnessKeys.map(([name, key]) => `witness ${name} ${key.public}`),
    'group all-three 2 council nhs auditor',
    'quorum all-three\n',
  ].join('\n'),
)

describe('waymark verify', () => {
  let log: string
  const said: string[] = []
  let spies: { mockRestore(): void }[] = []
  beforeEach(() => {
    log = mkdtempSync(join(folder, 'log-'))
    cpSync(pristine, log, { recursive: true })
    said.length = 0
    spies = (['log', 'error'] as const).map((stream) =>
      jest.spyOn(console, stream).mockImplementation((line: unknown) => void said.push(String(line))),
    )
  })
  afterEach(() => {
    for (const spy of spies) spy.mockRestore()
  })
  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  const told = async (...args: string[]) => ({
    code: await verify([...args, '--policy', policy]),
    said: said.join('\n'),
  })
  const flip = (path: string, at: number): void => {
    const data = readFileSync(join(log, path))
    data.writeUInt8(data.readUInt8(at) ^ 1, at)
    writeFileSync(join(log, path), data)
  }

  describe('fsck', () => {
    const fsck = () => told('fsck', '--log', log)

    it('finds nothing wrong with a log that is as it was', async () => {
      expect(await fsck()).toEqual({
        code: 0,
        said: '✓ 600 entries, every tile and the root recomputed; 3 of 3 witnesses',
      })
    })

    it.each<[string, () => void, RegExp]>([
      [
        'an altered entry',
        () => {
          flip('tile/entries/001', 34 * 7 + 2)
        },
        /entry 263 is not what tile\/0\/001 was made from/,
      ],
      [
        'an altered leaf hash',
        () => {
          flip('tile/0/002.p/88', 32 * 5)
        },
        /entry 517 is not what tile\/0\/002.p\/88 was made from/,
      ],
      [
        'an altered inner hash',
        () => {
          flip('tile/1/000.p/2', 32)
        },
        /entries 256 to 511 are not what tile\/1\/000.p\/2 was made from/,
      ],
      [
        'a tile that is gone',
        () => {
          rmSync(join(log, 'tile/0/001'))
        },
        /the log has no tile\/0\/001/,
      ],
      [
        'entries that are gone',
        () => {
          rmSync(join(log, 'tile/entries/002.p/88'))
        },
        /the log has no tile\/entries\/002.p\/88/,
      ],
      [
        'a log cut short',
        () => {
          writeFileSync(
            join(log, 'tile/entries/002.p/88'),
            readFileSync(join(log, 'tile/entries/002.p/88')).subarray(0, 34 * 40),
          )
        },
        /holds 40 entries and not 88/,
      ],
      [
        'an entry put in twice',
        () => {
          const data = readFileSync(join(log, 'tile/entries/000'))
          writeFileSync(join(log, 'tile/entries/000'), Buffer.concat([data.subarray(0, 34), data]))
        },
        /holds 257 entries and not 256/,
      ],
      [
        'a checkpoint of another origin',
        () => {
          writeFileSync(
            join(log, 'checkpoint'),
            checkpointOf(size, { key: noteKey('other.example/log', 'log', seed(9)).secret }),
          )
        },
        /not signed by a log of the policy/,
      ],
      [
        'a checkpoint by a stranger of the same name',
        () => {
          writeFileSync(join(log, 'checkpoint'), checkpointOf(size, { key: noteKey(origin, 'log', seed(9)).secret }))
        },
        /not signed by a log of the policy/,
      ],
      [
        'too few witnesses',
        () => {
          writeFileSync(join(log, 'checkpoint'), checkpointOf(size, { witnesses: 1 }))
        },
        /1 of 3 witnesses/,
      ],
      [
        'line ends of another system',
        () => {
          writeFileSync(join(log, 'checkpoint'), checkpointOf(size).replaceAll('\n', '\r\n'))
        },
        /not signed by a log of the policy/,
      ],
    ])('finds %s, and says where', async (_, tamper, where) => {
      tamper()
      const found = await fsck()
      expect(found.code).toBe(1)
      expect(found.said).toMatch(where)
    })
  })

  const rowOf = (entry: number, more: object = {}): object => {
    const { outer, salt1, commitment } = opened[entry] ?? { outer: {}, salt1: '', commitment: Buffer.alloc(0) }
    const record = { id: `record-${String(entry)}`, entry, salt1, commitment: commitment.toString('hex') }
    return { ...record, agency: 'larkhill-primary', outer: JSON.stringify(outer), ...more }
  }

  describe('fsck --rows', () => {
    const rows = opened.map((_, entry) => rowOf(entry))
    const fsck = (all: readonly object[]) =>
      told('fsck', '--log', log, '--rows', put(log, 'rows.ndjson', all.map((one) => JSON.stringify(one)).join('\n')))

    it('recomputes the commitment of every row, in any order, and believes those of erased ones', async () => {
      const said = expect.stringMatching(/3 of 3 witnesses; 599 rows recomputed, 1 erased$/)
      expect(await fsck([...rows.slice(1), rowOf(0, { outer: null })])).toEqual({ code: 0, said })
    })

    it('names every row that is altered, missing, there twice, or of no entry', async () => {
      const { code, said: faults } = await fsck([
        rowOf(0, { agency: 'vale-police' }),
        rowOf(1),
        ...rows.slice(3),
        rowOf(1),
        rowOf(600),
      ])
      expect([code, ...faults.split('\n')]).toEqual([
        ...[1, '✗ record record-0 was altered', '✗ entry 1 has a second row, of record record-1'],
        ...['✗ record record-600 is of no entry of the log', '✗ entry 2 has no row'],
      ])
    })

    it('reads a row whole whose text ends lines elsewhere', async () => {
      const said = expect.stringMatching(/entry 0 has a second row, of record record-0\u2028$/)
      expect(await fsck([...rows, { ...rowOf(0), id: 'record-0\u2028' }])).toEqual({ code: 1, said })
    })

    it('blames the log where its entries are gone, and not the rows', async () => {
      rmSync(join(log, 'tile/entries/002.p/88'))
      expect(await fsck(rows)).toMatchObject({ code: 1, said: expect.not.stringContaining('record-') })
    })

    it('says which line is no row', async () => {
      const said = 'waymark verify fsck: line 3 is not an exported access record'
      expect(await fsck([rowOf(0), rowOf(1), { id: 'Amina' }])).toEqual({ code: 2, said })
    })
  })

  describe('proof', () => {
    const files = async (index = 300, checkpoint = checkpointOf(size)) => {
      const hashes = await tree.over(size, (hashOf) => inclusionProof(index, size, hashOf))
      const { outer, salt1, commitment } = opened[index] ?? { outer: {}, salt1: '', commitment: Buffer.alloc(0) }
      const record = { recordId: `record-${String(index)}`, commitment: commitment.toString('hex'), salt1, outer }
      return {
        proof: put(log, `${String(index)}.tlog-proof`, formatTlogProof({ index, hashes, checkpoint })),
        record: put(log, `${String(index)}.json`, JSON.stringify(record)),
        receipt: put(
          log,
          `${String(index)}.receipt`,
          JSON.stringify({ recordId: record.recordId, commitment: record.commitment }),
        ),
        opening: record,
      }
    }

    it('believes a record, its receipt, or both', async () => {
      const { proof, record, receipt } = await files()
      expect((await told('proof', proof, '--record', record)).code).toBe(0)
      expect((await told('proof', proof, '--receipt', receipt)).code).toBe(0)
      expect((await told('proof', proof, '--record', record, '--receipt', receipt)).code).toBe(0)
    })

    it('believes no record that goes by the name of another, nor with the receipt of another', async () => {
      const [{ proof, record, opening }, other] = [await files(300), await files(301)]
      const renamed = put(log, 'renamed.json', JSON.stringify({ ...opening, recordId: 'record-301' }))
      expect((await told('proof', proof, '--record', renamed)).code).toBe(1)
      const mixed = await told('proof', proof, '--record', record, '--receipt', other.receipt)
      expect(mixed).toMatchObject({ code: 1, said: expect.stringContaining('receipt is of another record') })
      expect((await told('proof', proof, '--receipt', other.receipt)).code).toBe(1)
      expect((await told('proof', proof, '--record', other.record)).code).toBe(1)
    })

    it.each(['', '{}', '{"commitment":"00"}', '{"commitment":7}', 'null', 'Amina'])(
      'says that %j is no record, and nothing of what stands in it',
      async (text) => {
        const { proof } = await files()
        const found = await told('proof', proof, '--record', put(log, 'bad.json', text))
        expect(found.code).toBe(2)
        expect(found.said).toMatch(/bad[.]json is neither an opened access record nor a receipt$/)
        expect(found.said).not.toContain('Amina')
      },
    )

    it('does not believe a proof that a witness signed with a key it has given up', async () => {
      const retired = ['council', 'nhs'].map((name) => readSigner(noteKey(name, 'witness', seed(7)).secret))
      const note = signCheckpoint({ origin, size, root: rootOf(size) }, readSigner(logKey.secret))
      const position = { log: readVerifier(logKey.public), remembered: undefined, nowSeconds: 1_795_000_000 }
      const lines = retired.map((signer) => considerCheckpoint(`old 0\n\n${note}`, { ...position, signer }).body)
      const { proof, record } = await files(300, note + lines.join(''))
      const found = await told('proof', proof, '--record', record)
      expect(found).toMatchObject({ code: 1, said: expect.stringContaining('Too few witnesses') })
    })

    it.each(['', 'x'.repeat(2_000_000), `c2sp.org/tlog-proof@v1\nindex 0\n${'A'.repeat(43)}=\n`.repeat(5_000)])(
      'calls a file that is none no proof, at once (%#)',
      async (text) => {
        const { record } = await files()
        expect((await told('proof', put(log, 'bad.tlog-proof', text), '--record', record)).code).toBe(1)
      },
    )
  })

  describe('diff', () => {
    const row = (entry: number, more?: object) => JSON.stringify(rowOf(entry, more))
    const diff = (...rows: string[]) => told('diff', put(log, 'rows.ndjson', rows.join('\n')), '--log', log)

    it('finds nothing wrong with records as they were logged, erased ones among them', async () => {
      expect(await diff(row(0), row(599), row(300, { outer: null }))).toEqual({
        code: 0,
        said: '✓ 3 records are the ones that were logged; 1 of them erased, whose commitments stand; 3 of 3 witnesses',
      })
    })

    it.each<[string, string]>([
      ['whose open half was altered', row(5, { outer: JSON.stringify({ ...opened[5]?.outer, purpose: 'x' }) })],
      [
        'whose open half says what none can',
        row(5, { outer: JSON.stringify({ ...opened[5]?.outer, purpose: '\ud800' }) }),
      ],
      ['shown under another agency', row(5, { agency: 'vale-police' })],
      ['shown under another id', row(5, { id: 'record-6' })],
      ['at the place of another', row(5, { entry: 6 })],
      ['beyond the end of the log', row(5, { entry: size })],
      [
        'said to be erased, of a commitment that was never logged',
        row(5, { outer: null, commitment: '00'.repeat(32) }),
      ],
    ])('names a record %s', async (_, altered) => {
      const found = await diff(row(4), altered)
      expect(found).toMatchObject({ code: 1, said: expect.stringMatching(/^✗ record record-[56] was altered$/) })
    })

    it('believes no log that nobody signed, and none whose entries were swapped under a signed one', async () => {
      const other = { ...opened[5], outer: { ...opened[5]?.outer, purpose: 'x' } }
      const forged = commitmentOf({ outer: { id: 'record-5' }, inner: {}, salt1: seed(1), salt2: seed(1) }).commitment
      const entries = readFileSync(join(log, 'tile/entries/000'))
      forged.copy(entries, 34 * 5 + 2)
      writeFileSync(join(log, 'tile/entries/000'), entries)
      expect((await diff(row(5, { outer: JSON.stringify(other.outer) }))).code).toBe(1)
      writeFileSync(join(log, 'checkpoint'), checkpointOf(size, { key: noteKey(origin, 'log', seed(9)).secret }))
      expect((await diff(row(4))).code).toBe(1)
    })

    it('says which line is no record', async () => {
      const found = await diff(row(4), '{"id":"Amina"}')
      expect(found).toMatchObject({ code: 2, said: 'waymark verify diff: line 2 is not an exported access record' })
    })
  })

  describe('consistency and fork', () => {
    const note = (name: string, text: string) => put(log, name, text)

    it('shows that the log only grew, also from nothing', async () => {
      const newer = note('newer', checkpointOf(size))
      for (const count of [0, 1, 256, 300, size]) {
        expect((await told('consistency', note('older', checkpointOf(count)), newer, '--log', log)).code).toBe(0)
      }
      const rewritten = note('rewritten', checkpointOf(300, { root: seed(8) }))
      expect((await told('consistency', rewritten, newer, '--log', log)).code).toBe(1)
      rmSync(join(log, 'tile/0/001'))
      expect((await told('consistency', note('older', checkpointOf(300)), newer, '--log', log)).code).toBe(1)
    })

    it('says that it cannot compare checkpoints given the wrong way round, or no fork of another size', async () => {
      const [older, newer] = [note('older', checkpointOf(300)), note('newer', checkpointOf(size))]
      expect((await told('consistency', newer, older, '--log', log)).code).toBe(2)
      expect((await told('fork', older, newer)).code).toBe(2)
      expect((await told('fork', newer, newer)).code).toBe(0)
    })

    it('keeps both checkpoints of a fork as evidence, with who cosigned each', async () => {
      const [one, two] = [checkpointOf(size), checkpointOf(size, { root: seed(8), witnesses: 1 })]
      const out = join(log, 'fork.json')
      const found = await told('fork', note('one', one), note('two', two), '--out', out)
      expect(found.code).toBe(1)
      expect(found.said).toContain('✗ fork: waymark.example/log signed two different logs of 600 entries')
      expect(found.said).toContain('3 of 3 witnesses, council, nhs, auditor')
      expect(found.said).toContain('1 of 3 witnesses, council')
      expect(JSON.parse(readFileSync(out, 'utf8'))).toEqual({ origin, size, checkpoints: [one, two] })
    })
  })
})
