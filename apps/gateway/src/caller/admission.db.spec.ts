import { createHash, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Database } from '#libs/postgres'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'
import { RegistrationRepository } from '../operations/registration.repository.js'
import { AdmissionRepository } from './admission.repository.js'

const digestOf = (text: string) => createHash('sha256').update(text).digest()

describe('the gateway at the database, with the rights of its own role', () => {
  let test: TestDatabase
  let database: Database
  let admissions: AdmissionRepository

  beforeAll(async () => {
    test = await waymarkDatabase()
    database = await Database.open({ url: test.urlOf('gateway'), poolSize: 8 })
    admissions = new AdmissionRepository(database)
  })
  afterAll(async () => {
    await database.close()
    await test.drop()
  })

  const aProof = (text: string = randomUUID()) => ({
    jkt: 'thumbprint',
    digest: digestOf(text),
    expiresAtMs: Date.now() + 70_000,
  })

  it('lets one of many racing requests with the same proof in', async () => {
    const proof = aProof()
    const answers = await Promise.all(Array.from({ length: 24 }, () => admissions.admit(proof)))
    expect(answers.filter(({ isClaimed }) => isClaimed)).toHaveLength(1)
  })

  it('tells many that come together which of them is new, twins and two gateways included', async () => {
    const second = new AdmissionRepository(database)
    const proofs = Array.from({ length: 60 }, () => aProof())
    const asked = [...proofs, ...[...proofs].reverse()]
    const answers = await Promise.all(
      asked.flatMap((proof) => [admissions.admit({ ...proof }), second.admit({ ...proof })]),
    )
    expect(answers.filter(({ isClaimed }) => isClaimed)).toHaveLength(proofs.length)
  })

  it('claims a proof and counts different children in one round trip; one seen before costs nothing', async () => {
    const asking = (...asked: string[]) =>
      admissions.admit(aProof(), [{ scope: 'children larkhill-primary', items: asked.map(digestOf), max: 3 }])
    expect(await asking('a', 'b', 'c')).toMatchObject({ isClaimed: true, isWithinFanout: true })
    expect(await asking('b')).toMatchObject({ isWithinFanout: true })
    const over = await asking('c', 'd')
    expect(over).toMatchObject({ isClaimed: true, isWithinFanout: false })
    expect(over.retryAfterSeconds).toBeGreaterThan(3_500)
    expect(over.retryAfterSeconds).toBeLessThanOrEqual(3_600)
  })

  it('stops recording an address at its 601st refused token in a minute, but for ten more a second', async () => {
    const [fromMs, answers]: [number, boolean[]] = [performance.now(), []]
    while (!answers.includes(false))
      answers.push(...(await Promise.all(Array.from({ length: 310 }, () => admissions.countRefusal('192.0.2.1')))))
    const more = Math.ceil((performance.now() - fromMs) / 100)
    const allowed = answers.filter(Boolean).length
    expect(allowed).toBeGreaterThanOrEqual(600)
    expect(allowed).toBeLessThanOrEqual(600 + more)
  })

  it('hands the record of a refusal to the outbox of auth, and can read nothing of it', async () => {
    const message = {
      topic: 'waymark.access-records.v1',
      partition: 4,
      key: Buffer.from('0123456789abcdef0123456789abcdef', 'hex'),
      eventId: '01234567-89ab-7def-8123-456789abcdef',
      headers: { service: 'gateway', v: '1' },
      value: Buffer.from('{"sealed":true}'),
      shard: 0,
    }
    await admissions.recordRefusal(message)
    await expect(database.query('select 1 from auth.outbox')).rejects.toMatchObject({ code: '42501' })
    await expect(database.query('select 1 from auth.replay')).rejects.toMatchObject({ code: '42501' })
    const admin = await Database.open({ url: test.adminUrl, poolSize: 1 })
    const [row] = await admin.query(
      `select topic, part, key, event_id, headers ->> 'service' as service, value from auth.outbox`,
    )
    await admin.close()
    const { topic, partition, key, eventId, value } = message
    expect(row).toMatchObject({ topic, part: partition, key, event_id: eventId, service: 'gateway', value })
  })

  it('reads the views it lives by', async () => {
    expect(await new RegistrationRepository(database).read()).toEqual({
      operations: [],
      limits: [],
      coverage: {},
    })
  })
})
