import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { newId } from '#libs/postgres'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { BulkLoadRepository } from './bulk/bulk-load.repository.js'
import { BulkRunner } from './bulk/bulk-runner.js'
import { caller, HubUnderTest } from './hub-under-test.js'

jest.setTimeout(120_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-bulk-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

const council = caller('northbridge-council')
const head = 'record_id,recorded_at,given,family,born_on,sex,address,postcode,nhs_number'
/** Letters and numbers that nobody else of the file has. */
const drawn = (n: number): Buffer =>
  createHash('sha256')
    .update(`bulk ${String(n)}`)
    .digest()
const word = (bytes: Buffer): string => Array.from(bytes, (byte) => String.fromCharCode(97 + (byte % 26))).join('')
const line = (n: number): string => {
  const bytes = drawn(n)
  const [day = 0, month = 0, year = 0, place = 0] = bytes.subarray(20)
  const two = (number: number): string => String(number).padStart(2, '0')
  return [
    ...[`b-${String(n)}`, '2026-11-01T09:00:00Z', word(bytes.subarray(0, 8)), word(bytes.subarray(8, 17))],
    ...[`20${two(9 + (year % 16))}-${two(1 + (month % 12))}-${two(1 + (day % 28))}`, 'female'],
    ...[`"${String(n)} Invented\nRow"`, `NB${String(1 + (place % 90))} ${String(n % 10)}QT`, ''],
  ].join(',')
}
const fileOf = (...lines: readonly string[]): Buffer => Buffer.from(`\ufeff${[head, ...lines].join('\r\n')}\r\n`)

async function post(bytes: Buffer, more: { mediaType?: string; key?: string } = {}) {
  const headers = {
    'content-type': more.mediaType ?? 'text/csv',
    ...(more.key !== undefined && { 'idempotency-key': more.key }),
  }
  const { status, text } = await hub.send('POST', '/v1/bulk-loads', council, { bytes, headers })
  return { status, body: JSON.parse(text) as { id: string; code?: string; errors?: object[]; accessReceipt?: object } }
}

async function progress(id: string, by = council): Promise<Readonly<Record<string, unknown>>> {
  const { status, text } = await hub.send('GET', `/v1/bulk-loads/${id}`, by)
  return { status, ...(JSON.parse(text) as Readonly<Record<string, unknown>>) }
}

const runAll = () => hub.part(BulkRunner).runAll()

describe('a bulk load', () => {
  it('takes a file with a byte-order mark, quoted line ends and bad rows, and names these by their line', async () => {
    const bad = 'b-x,2026-11-01T09:00:00Z,A*,Family,2019-02-30,female,,,'
    const accepted = await post(
      fileOf(line(1), bad, line(2), 'b-y,too,few', line(3).replace(/Z,\w+,\w+,[\d-]+/, 'Z,,,')),
    )
    expect(accepted).toMatchObject({ status: 202, body: { state: 'received', accessReceipt: { service: 'identity' } } })
    const before = await hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`)
    expect(await runAll()).toBe(1)
    const { id } = accepted.body
    expect(await progress(id)).toMatchObject({
      ...{ status: 200, state: 'done', isBroken: false, received: 5, staged: 2, resolved: 2, identified: 2 },
      ...{ rejected: 3, provisional: 0, known: 0 },
    })
    expect(await progress(id)).not.toHaveProperty('linked')
    const steward = caller('waymark-hub', { role: 'data-steward', purpose: 'identity-quality' })
    expect(await progress(id, steward)).toMatchObject({ linked: 0, registered: 2 })
    const aimless = JSON.parse(JSON.stringify({ ...council, purpose: undefined })) as typeof council
    expect(await progress(id, aimless)).toMatchObject({ status: 403, code: 'PURPOSE_NOT_ALLOWED' })
    const rejected = await hub.send('GET', `/v1/bulk-loads/${id}/rejected`, council)
    expect(rejected.headers['content-type']).toContain('text/csv')
    expect(rejected.text.split('\r\n')).toEqual([
      'line,code,pointer',
      '4,DATE_FORM,"#/bornOn"',
      '4,TEXT_WILDCARD,"#/names/0/given"',
      '7,FIELD_SIZE,"#"',
      '8,EVIDENCE_INSUFFICIENT,"#"',
      '',
    ])
    expect(await hub.count(`identity.outbox where topic = 'waymark.access-records.v1'`)).toBe(before + 1)
    expect((await progress(id, caller('vale-police')))['status']).toBe(404)
    expect((await progress(newId()))['status']).toBe(404)
    for (const path of [`${id}?line=7`, `${id}/rejected?line=7`])
      expect(await hub.get(`/v1/bulk-loads/${path}`, council)).toMatchObject({
        ...{ status: 400, body: { code: 'MALFORMED', errors: [{ pointer: '#/line', code: 'FIELD_UNKNOWN' }] } },
      })
    expect(await hub.count('identity.bulk_part')).toBe(0)
  })

  it('refuses at once columns that are missing, unknown or named twice, and a medium it cannot read', async () => {
    const columns = Buffer.from('record_id,given,family,given,shoe_size\r\n')
    expect(await post(columns)).toMatchObject({
      status: 422,
      body: {
        code: 'SCHEMA_INVALID',
        errors: [
          { pointer: '#/columns/recorded_at', code: 'FIELD_REQUIRED' },
          { pointer: '#/columns/born_on', code: 'FIELD_REQUIRED' },
          { pointer: '#/columns/4', code: 'FIELD_UNKNOWN' },
          { pointer: '#/columns/3', code: 'FIELD_COMBINATION' },
        ],
      },
    })
    expect((await post(Buffer.from('{}'), { mediaType: 'application/json' })).status).toBe(415)
    expect((await post(Buffer.from([0xff, 0xfe, 0x00]))).status).toBe(400)
  })

  it('ends a file that turns out to be none with the reason, and goes on with the next', async () => {
    const late = Buffer.concat([fileOf(line(50)), Buffer.alloc(70_000, 0x20), Buffer.from([0xff])])
    const bomb = gzipSync(Buffer.alloc(1_100_000, 0x0a))
    expect((await post(bomb, { mediaType: 'application/x-ndjson' })).status).toBe(413)
    const [garbled, good] = [await post(late), await post(fileOf(line(51)))]
    expect(await runAll()).toBe(2)
    expect(await progress(garbled.body.id)).toMatchObject({ state: 'done', isBroken: true, received: 0, rejected: 1 })
    const { text } = await hub.send('GET', `/v1/bulk-loads/${garbled.body.id}/rejected`, council)
    expect(text).toContain('1,MALFORMED,"#"')
    expect(await progress(good.body.id)).toMatchObject({ isBroken: false, identified: 1 })
  })

  it('takes what came of a file that broke off, and nothing twice when it is sent whole', async () => {
    const rows = Array.from({ length: 40 }, (_, n) => line(100 + n))
    const whole = gzipSync(fileOf(...rows))
    const half = await post(whole.subarray(0, Math.floor(whole.length * 0.6)))
    await runAll()
    const broken = await progress(half.body.id)
    expect(broken).toMatchObject({ state: 'done', isBroken: true })
    expect(Number(broken['identified'])).toBeGreaterThan(0)
    const children = await hub.count('identity.child')
    const again = await post(whole, { key: 'whole-1' })
    expect((await post(whole, { key: 'whole-1' })).body.id).toBe(again.body.id)
    expect((await post(fileOf(line(1)), { key: 'whole-1' })).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    await runAll()
    const done = await progress(again.body.id)
    expect(done).toMatchObject({ isBroken: false, received: 40, resolved: 40, known: broken['identified'] })
    expect(await hub.count('identity.child')).toBe(children + 40 - Number(broken['identified']))
  })

  it('goes on where it stopped, also when the staged rows were lost, and links what lies in one file', async () => {
    const rows = Array.from({ length: 700 }, (_, n) => line(1_000 + (n % 650)).replace(/^b-\d+/, `r-${String(n)}`))
    const { body } = await post(gzipSync(fileOf(...rows)))
    const loads = hub.part(BulkLoadRepository)
    const checkpoint = loads.checkpoint.bind(loads)
    let commits = 0
    loads.checkpoint = async (...given) => {
      commits += 1
      if (commits > 1) throw new Error('The program was killed')
      await checkpoint(...given)
    }
    await expect(runAll()).rejects.toThrow('killed')
    loads.checkpoint = checkpoint
    const stopped = await progress(body.id)
    expect(stopped).toMatchObject({ state: 'resolving', staged: 700, resolved: 500 })
    await hub.admin.query('truncate identity.bulk_row')
    expect(await runAll()).toBe(1)
    const done = await progress(body.id, caller('waymark-hub', { role: 'data-steward' }))
    expect(done).toMatchObject({ state: 'done', resolved: 700, registered: 650, linked: 50, known: 0 })
    const [twice] = await hub.admin.query<{ n: string }>(
      'select count(*) as n from identity.link where valid_to is null group by source_record_id order by 1 desc limit 1',
    )
    expect(twice?.n).toBe('1')
  })

  it('still tells which records could not stand, and counts them once, when the staged rows were lost after them', async () => {
    const rows = Array.from({ length: 620 }, (_, n) => line(6_000 + n))
    await post(fileOf(...rows.slice(0, 20)))
    await runAll()
    const { body } = await post(fileOf(...rows.map((row, n) => (n < 20 ? row.replace('female', 'male') : row))))
    const loads = hub.part(BulkLoadRepository)
    const checkpoint = loads.checkpoint.bind(loads)
    let commits = 0
    loads.checkpoint = async (...given) => {
      commits += 1
      if (commits > 1) throw new Error('The program was killed')
      await checkpoint(...given)
    }
    await expect(runAll()).rejects.toThrow('killed')
    loads.checkpoint = checkpoint
    expect(Number((await progress(body.id))['rejected'])).toBeGreaterThan(0)
    await hub.admin.query('truncate identity.bulk_row')
    await runAll()
    expect(await progress(body.id)).toMatchObject({ state: 'done', staged: 600, resolved: 600, rejected: 20 })
    const { text } = await hub.send('GET', `/v1/bulk-loads/${body.id}/rejected`, council)
    expect(text.match(/RECORD_VERSION_REUSED/g)).toHaveLength(20)
  })

  it('that cannot go on waits behind all others', async () => {
    const [broken, good] = [await post(fileOf(line(7_000))), await post(fileOf(line(7_001)))]
    const loads = hub.part(BulkLoadRepository)
    const checkpoint = loads.checkpoint.bind(loads)
    loads.checkpoint = async (tx, loadId, at) => {
      if (loadId === broken.body.id) throw new Error('This one never comes to an end')
      await checkpoint(tx, loadId, at)
    }
    await expect(runAll()).rejects.toThrow('never')
    await expect(runAll()).rejects.toThrow('never')
    loads.checkpoint = checkpoint
    expect(await progress(good.body.id)).toMatchObject({ state: 'done', identified: 1 })
    expect(await runAll()).toBe(1)
    expect(await progress(broken.body.id)).toMatchObject({ state: 'done', identified: 1 })
  })

  it('posted twice at once under one key is one load', async () => {
    const file = fileOf(line(7_100))
    const both = await Promise.all([post(file, { key: 'at-once' }), post(file, { key: 'at-once' })])
    expect(both.map(({ status }) => status)).toEqual([202, 202])
    expect(both[0].body.id).toBe(both[1].body.id)
    const [one, other] = await Promise.all([
      post(fileOf(line(7_101)), { key: 'at-once-2' }),
      post(fileOf(line(7_102)), { key: 'at-once-2' }),
    ])
    expect([one.status, other.status].sort()).toEqual([202, 409])
    expect([one, other].find(({ status }) => status === 409)?.body.code).toBe('IDEMPOTENCY_KEY_REUSED')
    await runAll()
  })

  it('rejects by itself a record whose version came with another body', async () => {
    const same = line(5_000)
    await post(fileOf(same))
    await runAll()
    const { body } = await post(fileOf(line(5_001), same.replace('female', 'male'), line(5_002)))
    await runAll()
    expect(await progress(body.id)).toMatchObject({ state: 'done', identified: 2, rejected: 1 })
    const { text } = await hub.send('GET', `/v1/bulk-loads/${body.id}/rejected`, council)
    expect(text).toContain('4,RECORD_VERSION_REUSED,"#"')
  })

  it('reads a JSON object a line as POST /v1/resolve does', async () => {
    const record = {
      ...{ sourceRecordId: 'nd-1', recordedAt: '2026-11-01T09:00:00Z', bornOn: '2015-06-07', sex: 'male' },
      names: [{ given: 'Tobiah', family: 'Quillfeather' }],
    }
    const lines = [JSON.stringify(record), '{broken', JSON.stringify({ ...record, mode: 'find' }), '7', '']
    const { body } = await post(Buffer.from(lines.join('\n')), { mediaType: 'application/x-ndjson' })
    await runAll()
    expect(await progress(body.id)).toMatchObject({ received: 4, identified: 1, rejected: 3 })
  })

  it('rejects a line that names another purpose than the load', async () => {
    const record = (serial: number, purpose: string) => ({
      ...{ sourceRecordId: `purpose-${String(serial)}`, recordedAt: '2026-11-01T09:00:00Z', purpose },
      ...{ bornOn: `2011-03-1${String(serial)}`, sex: 'female', names: [{ given: 'Ottoline', family: 'Brambleford' }] },
    })
    const lines = [record(1, 'safeguard-child'), record(2, 'audit')].map((one) => JSON.stringify(one))
    const { body } = await post(Buffer.from(lines.join('\n')), { mediaType: 'application/x-ndjson' })
    await runAll()
    expect(await progress(body.id)).toMatchObject({ received: 2, identified: 1, rejected: 1 })
    const { text } = await hub.send('GET', `/v1/bulk-loads/${body.id}/rejected`, council)
    expect(text).toContain('2,PURPOSE_MISMATCH,"#/purpose"')
  })
})
