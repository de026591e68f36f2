import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { memoryEventLog } from '#libs/kafka'
import { Database, runMigrations } from '#libs/postgres'
import { AccessRecorder, createDevelopmentKeys, KeyRing, readProgramKeys } from '#libs/security'
import { silentLogger } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import {
  considerCheckpoint,
  formatTlogProof,
  inclusionProof,
  parseWitnessPolicy,
  readSigner,
  readVerifier,
  verifyTlogProof,
  type Remembered,
} from '#libs/tlog'
import { MergeDelay } from './checkpoint/merge-delay.js'
import { PublishCheckpoint, type Witness } from './checkpoint/publish-checkpoint.js'
import { startAppending } from './log/access-record.consumer.js'
import { AppendRecords } from './log/append-records.js'
import { readEntries, type LogEntry } from './log/entry.js'
import { LogRepository } from './log/log.repository.js'
import { migrations } from './migrations/index.js'

const folder = mkdtempSync(join(tmpdir(), 'waymark-audit-'))
createDevelopmentKeys(folder, { agencies: [] })
const keys = readProgramKeys(join(folder, 'programs', 'audit.json'))
const signer = readSigner(keys.logKey ?? '')
const policy = parseWitnessPolicy(readFileSync(join(folder, 'witness-policy.txt'), 'utf8'))
const names = [...policy.witnesses.keys()]

let place: TestDatabase
let database: Database
let log: LogRepository
let recorder: AccessRecorder

beforeAll(async () => {
  place = await emptyDatabase()
  await runMigrations({ url: place.adminUrl, schema: 'audit', migrations })
  database = await Database.open({ url: place.urlOf('audit') })
  log = new LogRepository(database)
  recorder = new AccessRecorder({ keys, keyRing: new KeyRing(keys, () => database), service: 'audit' })
})
afterAll(async () => {
  await database.close()
  await place.drop()
})

const record = () => recorder.record({ kind: 'read', action: 'readFlags', outcome: 'answered', truth: { ruleId: 'r' } })
const append = (appender: AppendRecords, entries: readonly LogEntry[]) =>
  database.transaction((tx) => appender.append(tx, entries))
const anEntry = async (): Promise<LogEntry> => {
  const { message } = await record()
  const [entry] = readEntries(message.value, message.headers) ?? []
  if (entry === undefined) throw new Error('the recorder and the reader disagree')
  return entry
}
const witnessed = (count: number): Witness[] =>
  names.slice(0, count).map((name) => {
    let remembered: Remembered | undefined
    const own = readSigner(readFileSync(join(folder, 'witness', `${name}.key`), 'utf8'))
    return {
      url: name,
      add(oldSize, proof, note) {
        const request = [`old ${String(oldSize)}`, ...proof.map((hash) => hash.toString('base64')), '', note].join('\n')
        const position = { log: readVerifier(logKey()), signer: own, remembered, nowSeconds: 1_795_000_000 }
        const verdict = considerCheckpoint(request, position)
        if (verdict.status !== 200) return Promise.resolve({ kind: 'refused', status: verdict.status })
        remembered = verdict.remember
        return Promise.resolve({ kind: 'cosigned', lines: verdict.body })
      },
    }
  })
const logKey = (): string => readFileSync(join(folder, 'log.vkey'), 'utf8')
const publisher = (count: number) => new PublishCheckpoint(log, witnessed(count), () => policy)

describe('the access log', () => {
  it('carries a record from its writer to a proof that anyone can check offline', async () => {
    const eventLog = memoryEventLog()
    const appender = new AppendRecords(log, () => signer)
    const consumer = startAppending({
      database,
      eventLog,
      keyRing: new KeyRing(keys, () => database),
      append: appender,
      logger: silentLogger(),
    })
    const before = (await log.newestCheckpoint())?.size ?? 0
    const { message, receipt } = await record()
    await eventLog.append([{ ...message, partition: 0 }]) // the next log begins anew, in another partition
    await until(async () => (await log.newestCheckpoint())?.size === before + 1)
    await consumer.stop()
    expect(await publisher(2).publish()).toMatchObject({ kind: 'published' })
    const published = await log.newestPublished()
    const size = published?.size ?? 0
    const hashes = await log.tree.over(size, (hashOf) => inclusionProof(size - 1, size, hashOf))
    const proof = formatTlogProof({ index: size - 1, hashes, checkpoint: published?.note ?? '' })
    const commitment = Buffer.from(receipt.commitment, 'hex')
    expect(verifyTlogProof(proof, commitment, policy)).toMatchObject({ ok: true, witnesses: names.slice(0, 2) })
    expect(verifyTlogProof(proof, Buffer.alloc(32), policy)).toMatchObject({ reason: 'not-in-the-log' })
  })

  it('sets aside a record that does not match its commitment, and takes the next', async () => {
    const eventLog = memoryEventLog()
    const before = (await log.newestCheckpoint())?.size ?? 0
    const consumer = startAppending({
      database,
      eventLog,
      keyRing: new KeyRing(keys, () => database),
      append: new AppendRecords(log, () => signer),
      logger: silentLogger(),
    })
    const [bad, good] = [(await record()).message, (await record()).message]
    const value = bad.value.subarray(0, -1)
    await eventLog.append([
      { ...bad, value, partition: 5 },
      { ...good, partition: 5 },
    ])
    await until(async () => (await log.newestCheckpoint())?.size === before + 1)
    const parked = await database.query('select code from audit.parked_event')
    await consumer.stop()
    expect(parked).toEqual([{ code: 'CONTRACT_BROKEN' }])
  })

  it('stays one log when a batch is rolled back and when two programs append in turn', async () => {
    const [one, two] = [new AppendRecords(log, () => signer), new AppendRecords(log, () => signer)]
    const before = (await log.newestCheckpoint())?.size ?? 0
    await append(one, [await anEntry(), await anEntry()])
    const failed = database.transaction(async (tx) => {
      await one.append(tx, [await anEntry()])
      throw new Error('after the append')
    })
    await expect(failed).rejects.toThrow('after the append')
    await append(two, [await anEntry()])
    await append(one, [await anEntry(), await anEntry()])
    expect((await log.newestCheckpoint())?.size).toBe(before + 5)
    expect(await publisher(3).publish()).toEqual({ kind: 'published', size: before + 5 })
  })

  it('publishes nothing that fewer than two witnesses saw', async () => {
    await append(new AppendRecords(log, () => signer), [await anEntry()])
    expect(await publisher(1).publish()).toMatchObject({ kind: 'no-quorum', witnesses: 1 })
  })

  it.each(['— no signature\n', '\n\n', '<html>', `— ${names[2] ?? ''} ${Buffer.alloc(76, 9).toString('base64')}\n`])(
    'publishes with the witnesses that cosigned, whatever another one answers: %j',
    async (lines) => {
      await append(new AppendRecords(log, () => signer), [await anEntry()])
      const confused: Witness = { url: 'confused', add: () => Promise.resolve({ kind: 'cosigned', lines }) }
      const published = await new PublishCheckpoint(log, [confused, ...witnessed(2)], () => policy).publish()
      expect(published).toMatchObject({ kind: 'published' })
      expect((await log.newestPublished())?.note.split('\n')).toHaveLength(8) // the log's line, two of witnesses
    },
  )

  it('measures how long records wait for publication, and how long the slowest took', async () => {
    const appender = new AppendRecords(log, () => signer)
    await publisher(3).publish()
    let nowMs = Date.now()
    const delay = new MergeDelay(log, () => nowMs)
    expect(await delay.look()).toEqual({ waitingMs: 0 })
    const [old, young] = [await anEntry(), await anEntry()]
    await append(appender, [{ ...old, atMs: nowMs - 400 }])
    await publisher(3).publish()
    expect(await delay.look()).toEqual({ waitingMs: 0, mergedMs: 400 })
    await append(appender, [{ ...young, atMs: nowMs - 20 }])
    expect(await delay.look()).toEqual({ waitingMs: 20 })
    nowMs += 70_000
    await append(appender, [{ ...(await anEntry()), atMs: nowMs }])
    expect(await delay.look()).toEqual({ waitingMs: 70_020 })
    await publisher(3).publish()
    expect(await delay.look()).toEqual({ waitingMs: 0, mergedMs: 70_020 })
    expect(await delay.look()).toEqual({ waitingMs: 0 })
  })

  it('grants its program no change and no deletion of what is logged', async () => {
    for (const statement of [
      'update audit.entry set purpose = null',
      'delete from audit.entry',
      'delete from audit.tile',
      'update audit.checkpoint set note = note',
      'delete from audit.published',
    ]) {
      await expect(database.query(statement)).rejects.toMatchObject({ code: '42501' })
    }
  })

  it('stops publishing, and names the record, when a stored row was altered', async () => {
    const entry = await anEntry()
    await append(new AppendRecords(log, () => signer), [entry])
    const admin = await Database.open({ url: place.adminUrl })
    const alter = () =>
      admin.query(
        'update audit.entry set commitment = set_byte(commitment, 0, get_byte(commitment, 0) # 1) where record_id = $1',
        [entry.recordId],
      )
    await alter()
    const published = await publisher(3).publish()
    await alter()
    await admin.close()
    expect(published).toEqual({ kind: 'altered', recordId: entry.recordId })
    expect(await publisher(3).publish()).toMatchObject({ kind: 'published' })
  })

  it('sweeps tiles that wider ones replaced, and proves as before', async () => {
    await append(new AppendRecords(log, () => signer), [await anEntry(), await anEntry()])
    const size = (await log.newestCheckpoint())?.size ?? 0
    const prove = () => new LogRepository(database).tree.over(size, (hashOf) => inclusionProof(0, size, hashOf))
    const before = await prove()
    await log.sweepTiles()
    expect(await prove()).toEqual(before)
    const [left] = await database.query<{ count: string }>('select count(*) from audit.tile where level = 0')
    expect(left?.count).toBe('1')
  })
})

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 20_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 25)))
    if (Date.now() > end) throw new Error('not within 20 s')
}
