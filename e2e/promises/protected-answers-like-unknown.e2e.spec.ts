import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { drawUci, formatUci } from '#libs/identifiers'
import { randomBytes } from 'node:crypto'
import type { ClientAnswer } from '#libs/client'
import type { Agency } from '../agency.js'
import { asSeen } from '../alike.js'
import { byParticulars, inventChild, type InventedChild } from '../children.js'
import { attendance, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'

/** Promise 5: a protected child answers like one that is unknown, at every door, to the byte. */
describe.each(['existence-hidden', 'location-hidden'])(
  'a child whose protection is %s answers like one that is unknown',
  (level) => {
    let system: System
    let police: Agency
    let hospital: Agency
    let guardian: Agency
    const [hidden, notTheirs, unknown] = [inventChild(), inventChild(), inventChild()]
    beforeAll(async () => {
      system = await System.open()
      police = system.as('vale-police')
      hospital = system.as('northbridge-hospitals')
      guardian = system.as('guardian-desk')
      const answer = await guardian.request('POST', '/v1/protections', {
        level,
        reason: 'A test of protection.',
        reviewOn: '2099-06-01',
        child: byParticulars(hidden, ['nhs', 'upn']),
      })
      if (answer.status !== 201) throw new Error(`${answer.status} ${answer.bytes.toString()}`)
      for (const child of [hidden, notTheirs]) await hospital.publish(attendance(byParticulars(child)))
    }, 240_000)
    afterAll(() => system.close())

    const alike = (answers: readonly ClientAnswer[]) => {
      const [first, ...others] = answers.map(asSeen)
      for (const other of others) expect(other).toBe(first)
      return answers[0]?.body as { data?: Record<string, unknown>; errors?: unknown }
    }
    const byIdentifier = (child: InventedChild) =>
      police.client.graphql(
        'ChildByIdentifier',
        { system: 'https://fhir.nhs.uk/Id/nhs-number', value: child.nhsNumber },
        police.asks,
      )

    it('to who looks for it with all its particulars', async () => {
      const council = system.as('tidewell-council')
      const answers = []
      for (const child of [unknown, hidden]) answers.push(await council.resolve(child, { mode: 'find' }))
      alike(answers)
      expect(answers[0]?.body).toMatchObject({ outcome: 'none' })
    })

    it('to who asks by identifier', async () => {
      const body = alike([await byIdentifier(unknown), await byIdentifier(hidden), await byIdentifier(notTheirs)])
      expect(body).toMatchObject({ data: { childByIdentifier: null } })
      expect(body.errors).toBeUndefined()
    })

    it('to who asks by UCI, also for one that was never drawn', async () => {
      const byUci = (uci: string) => police.client.graphql('ChildFlags', { uci }, police.asks)
      const never = formatUci(drawUci((length) => randomBytes(length), { reserved: true }))
      const body = alike([
        await byUci(never),
        await byUci(await hospital.uciOf(hidden)),
        await byUci(await hospital.uciOf(notTheirs)),
      ])
      expect(body).toMatchObject({ data: { child: null } })
      expect(body.errors).toBeUndefined()
    })

    it('to who posts about it', async () => {
      const council = system.as('northbridge-council')
      const answers = []
      for (const child of [inventChild(), hidden])
        answers.push(await council.post(protectionPlan(byParticulars(child))))
      alike(answers)
      expect(answers[0]?.status).toBe(202)
    })

    it('to who resolves a record of it: a UCI, and nothing that tells more', async () => {
      const council = system.as('tidewell-council')
      const answers = []
      for (const child of [inventChild(), hidden]) answers.push(await council.resolve(child))
      const told = answers.map(({ status, body }) => {
        const { outcome, uci, ...rest } = body as Record<string, unknown>
        return { status, outcome, isUci: typeof uci === 'string', members: Object.keys(rest).sort() }
      })
      expect(told[1]).toEqual(told[0])
      expect(told[0]).toMatchObject({ status: 200, outcome: 'identified' })
    })

    it('to an agency whose school it goes to: nothing about it reaches a feed', async () => {
      const [row] = await system.database.query<{ n: string }>(
        `select count(*) as n from exchange.delivery d join identity.protection_v p on p.child_id = d.child
        where p.level = 'existence-hidden' and d.copy is not null
          and d.recipient <> 'waymark-hub.guardian-desk'`,
      )
      expect(row?.n).toBe('0')
    })

    it('while the guardian desk sees it, and every question about it is recorded', async () => {
      const answer = await guardian.ask('ChildByIdentifier', {
        system: 'https://fhir.nhs.uk/Id/nhs-number',
        value: hidden.nhsNumber,
      })
      expect(answer.data?.['childByIdentifier']).not.toBeNull()
      expect(answer.extensions?.accessReceipts?.length).toBeGreaterThan(0)
    })
  },
)

/** So long a record may be on its way to the log, as apps/audit has it. */
const onItsWayMs = 15_000

describe('what is not yours answers like what is not there', () => {
  let system: System
  beforeAll(async () => {
    system = await System.open()
  }, 240_000)
  afterAll(() => system.close())

  const alikeToPolice = async (foreign: string, absent: string, status: number) => {
    for (const suffix of ['', '.tlog-proof']) {
      const answers = []
      for (const id of [foreign, absent])
        answers.push(await system.as('vale-police').request('GET', `/v1/access-records/${id}${suffix}`))
      expect(answers[0]?.status).toBe(status)
      expect(asSeen(answers[1] as ClientAnswer)).toBe(asSeen(answers[0] as ClientAnswer))
    }
  }

  it('at every path that names a record, of long ago and of this moment', async () => {
    const hospital = system.as('northbridge-hospitals')
    const young = await until('a record is in the log while it is young', async () => {
      const { recordId } = (await hospital.publish(attendance(byParticulars(inventChild())))).accessReceipt
      await until('the record is in the log', async () => {
        const { status } = await hospital.request('GET', `/v1/access-records/${recordId}`)
        return status === 200
      })
      const madeAtMs = Number.parseInt(recordId.replaceAll('-', '').slice(0, 12), 16)
      return Date.now() - madeAtMs < onItsWayMs / 2 && recordId
    })
    const another = `${young.slice(0, -4)}${young.endsWith('0000') ? '1111' : '0000'}`
    await alikeToPolice(young, another, 503) // any young id: it might be on its way
    const old = await until('there is an older record of the hospital', async () => {
      const [row] = await system.database.query<{ record_id: string }>(
        `select record_id from audit.entry where agency_id = 'northbridge-hospitals' and at < now() - interval '20 seconds' limit 1`,
      )
      return row?.record_id
    })
    await alikeToPolice(old, `01900000-0000${old.slice(13)}`, 404)
  })
})
