import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { newId, type OutboxMessage } from '#libs/postgres'
import { canonicalJson, commitmentOf, isCommittedTo } from '#libs/tlog'
import { AccessRecorder, type Access } from './access-recorder.js'
import { createDevelopmentKeys } from './development-keys.js'
import { readProgramKeys, type ProgramKeys } from './program-keys.js'
import { verifyReceipt, type PublicJwks } from './receipt.js'
import { open, type DataKey } from './seal.js'
import { inFewMessages, packRecord, unpackRecords, type SealedRecord } from './sealed-record.js'

const folder = mkdtempSync(join(tmpdir(), 'waymark-records-'))
const child = '018f2f4e-7c3a-7d1e-9b6a-0c5d2e1f3a4b'
const dataKey: DataKey = { id: '018f2f4e-7c3a-7d1e-9b6a-0c5d2e1f3a4c', bytes: randomBytes(32) }
let keys: ProgramKeys
let receiptKeys: PublicJwks

beforeAll(() => {
  createDevelopmentKeys(folder, { agencies: [] })
  keys = readProgramKeys(join(folder, 'programs', 'exchange.json'))
  receiptKeys = JSON.parse(readFileSync(join(folder, 'receipt-keys.json'), 'utf8')) as PublicJwks
})
afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('an access record', () => {
  const asked: string[] = []
  const keyRing = {
    keyOf: (subject: string, _: string, cacheAs?: string) => {
      asked.push(cacheAs === undefined ? subject : `${subject} as ${cacheAs.slice(0, 6)}`)
      return Promise.resolve(dataKey)
    },
  }
  const notAsked: Access = {
    kind: 'read',
    action: 'readFlags',
    outcome: 'NOT_FOUND',
    truth: { decision: 'DENY', rule: 'F1-existence-hidden', reasons: ['protected'] },
  }
  const access: Access = { ...notAsked, asked: '99MJYZXT0T' }
  const recorded = async (more: Partial<Access>, what: Access = access) => {
    const recorder = new AccessRecorder({ keys, keyRing, service: 'exchange', policyHash: 'abc' })
    const { message, receipt } = await recorder.record({ ...what, ...more })
    const [record] = unpackRecords(message.value) ?? []
    if (!record) throw new Error('the recorder and the reader disagree')
    return { message, receipt, record }
  }
  const openJson = (sealed: Buffer, place: string) =>
    JSON.parse(open(dataKey, sealed, place).toString()) as Record<string, unknown>

  it('opens to what the receipt commits to', async () => {
    const { record, receipt } = await recorded({ child })
    const { recordId, salt1, sealedOuter, sealedInner } = record
    const { innerHash, ...outer } = openJson(sealedOuter, recordId)
    const { salt2, inner } = openJson(sealedInner, recordId) as { salt2: string; inner: object }
    const { commitment } = commitmentOf({ outer, inner, salt1, salt2: Buffer.from(salt2, 'hex') })
    expect(commitment.toString('hex')).toBe(receipt.commitment)
    expect(record).toMatchObject({ commitment, innerHash: Buffer.from(String(innerHash), 'hex'), kind: 'read' })
    expect(isCommittedTo(open(dataKey, sealedOuter, recordId), record)).toBe(true)
    expect(inner).toMatchObject({ child, rule: 'F1-existence-hidden' })
    expect(verifyReceipt(receiptKeys, receipt, receipt.signature)).toBe(true)
  })

  it('has its outer half in the canonical form, which is what any reader would commit to', async () => {
    const { record } = await recorded({ child, fieldGroups: ['core', 's'], eventType: 'x', basisId: 'b' })
    const text = open(dataKey, record.sealedOuter, record.recordId).toString()
    expect(text).toBe(canonicalJson(JSON.parse(text)))
  })

  it('has one index for a child, whether it was asked about or not', async () => {
    const { record } = await recorded({ child })
    for (const { childIndex } of [
      (await recorded({ child }, notAsked)).record,
      (await recorded({ child }, notAsked)).record,
    ])
      expect(childIndex).toEqual(record.childIndex)
  })

  it('is not taken for committed when anything of it is another', async () => {
    const { record } = await recorded({ child })
    const outer = open(dataKey, record.sealedOuter, record.recordId)
    for (const change of [{ salt1: randomBytes(16) }, { innerHash: randomBytes(32) }, { commitment: randomBytes(32) }])
      expect(isCommittedTo(outer, { ...record, ...change })).toBe(false)
  })

  it('of a child and of nobody look alike and cost the same keys', async () => {
    asked.length = 0
    const [hit, miss] = [await recorded({ child }), await recorded({})]
    expect(asked).toHaveLength(4)
    expect(asked[1]).toBe(`child:${child} as asked:`) // by the question, however often the child was in use
    expect(asked[3]).toMatch(/^miss:\d{4}-\d{2} as asked:$/)
    expect(miss.message.value.length).toBe(hit.message.value.length)
    expect(Object.keys(miss.record)).toEqual(Object.keys(hit.record))
    expect(Object.keys(openJson(miss.record.sealedOuter, miss.record.recordId))).toEqual(
      Object.keys(openJson(hit.record.sealedOuter, hit.record.recordId)),
    )
  })

  it('has one size on the inside, with one recipient and with eight', async () => {
    const ids = (count: number) => Array.from({ length: count }, () => newId())
    const [few, many] = [
      await recorded({ child, truth: { decisionIds: ids(1) } }),
      await recorded({ child, truth: { decisionIds: ids(8), rules: ids(8) } }),
    ]
    expect(many.record.sealedInner.length).toBe(few.record.sealedInner.length)
  })

  it('shows neither child nor question outside its seals', async () => {
    const { message } = await recorded({ child })
    for (const hidden of [child, '99MJYZXT0T', 'F1-']) {
      expect(message.value.includes(hidden)).toBe(false)
      expect(JSON.stringify(message.headers)).not.toContain(hidden)
    }
    expect(message.value.includes(Buffer.from(child.replaceAll('-', ''), 'hex'))).toBe(false)
  })
})

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length }).map((all) => Buffer.from(all))
const sealed = fc.uint8Array({ maxLength: 300 }).map((all) => Buffer.from(all))
const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 })
const anyRecord: fc.Arbitrary<SealedRecord> = fc.record(
  {
    ...{ recordId: fc.uuid(), outerKeyId: fc.uuid(), innerKeyId: fc.uuid(), atMs: fc.nat(2 ** 42) },
    ...{ service: name, kind: name, purpose: name, agencyId: name, clientId: name },
    ...{ childIndex: bytes(32), salt1: bytes(16), innerHash: bytes(32), commitment: bytes(32) },
    ...{ sealedOuter: sealed, sealedInner: sealed },
  },
  {
    requiredKeys: [
      ...(['recordId', 'outerKeyId', 'innerKeyId', 'atMs', 'service', 'kind', 'childIndex'] as const),
      ...(['salt1', 'innerHash', 'commitment', 'sealedOuter', 'sealedInner'] as const),
    ],
  },
)
const messageOf = (value: Buffer): OutboxMessage => ({
  ...{ topic: 't', partition: 1, key: Buffer.of(1), eventId: newId(), headers: { service: 's' }, value, shard: 0 },
})

describe('the form of access records', () => {
  it('gives back what was put in, one record or several in order', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), (records) => {
        expect(unpackRecords(Buffer.concat(records.map(packRecord)))).toEqual(records)
      }),
    )
  })

  it('is refused without a throw when it is cut, empty or something else', () => {
    expect(unpackRecords(Buffer.alloc(0))).toBeUndefined()
    expect(unpackRecords(Buffer.from('{"v":1}'))).toBeUndefined()
    fc.assert(
      fc.property(anyRecord, fc.nat(), fc.nat(), (record, cut, flip) => {
        const packed = packRecord(record)
        expect(unpackRecords(packed.subarray(0, cut % packed.length))).toBeUndefined()
        const altered = Buffer.from(packed)
        altered[flip % packed.length] = (altered[flip % packed.length] ?? 0) ^ 0x80
        expect(() => unpackRecords(altered)).not.toThrow()
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
        unpackRecords(Buffer.from(noise))
      }),
    )
  })

  it('lets records share messages, in order, up to the size of a message', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { maxLength: 12 }), (records) => {
        const messages = inFewMessages(records.map((record) => messageOf(packRecord(record))))
        expect(messages.flatMap(({ value }) => unpackRecords(value) ?? [])).toEqual(records)
        expect(messages).toHaveLength(records.length === 0 ? 0 : 1)
      }),
    )
    const large = Array.from({ length: 3 }, () => messageOf(Buffer.alloc(100 * 1024)))
    const joined = inFewMessages(large)
    expect(joined.map(({ value }) => value.length)).toEqual([200 * 1024, 100 * 1024])
    expect(joined.map(({ eventId }) => eventId)).toEqual([large[0]?.eventId, large[2]?.eventId])
  })
})
