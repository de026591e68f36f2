import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { drawUci, formatUci } from '#libs/identifiers'
import { newId, type Database } from '#libs/postgres'
import { laneOf, type Caller } from '#libs/security'
import { newTraceparent } from '#libs/service'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import type { Said } from './exchange-under-test.js'
import { SafeguardingUnderTest, until } from './safeguarding-under-test.js'

jest.setTimeout(60_000)

let test: TestDatabase
let hub: SafeguardingUnderTest
let admin: Database

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await SafeguardingUnderTest.start(test)
  ;({ admin } = hub)
})

// What one test moved the clock ahead by, the next one does not begin with.
beforeEach(() => admin.query(`update safeguarding.demo_clock set ahead = interval '0'`))

afterAll(async () => {
  await hub.stop()
  await test.drop()
})

type Child = Said['child']
const aChild = (): Child => ({ childId: newId(), uci: drawUci(randomBytes, { reserved: true }) })
const shown = ({ uci }: Child) => formatUci(uci)

/** A child that `identity` has on file. */
async function onFile(status = 'active'): Promise<Child> {
  const child = aChild()
  await admin.query('insert into identity.child_v values ($1, $2, $3)', [child.childId, child.uci, status])
  return child
}

async function aHiddenChild(): Promise<Child> {
  const child = await onFile()
  await admin.query(`insert into identity.protection_v values ($1, 'existence-hidden')`, [child.childId])
  return child
}

const knownTo = ({ childId }: Child, agency: string) =>
  admin.query('insert into exchange.party_v values ($1, $2)', [childId, agency])

const post = (agencyId: string, type: string, body: object, child: Child) => hub.post(agencyId, type, body, child)
const hears: SafeguardingUnderTest['hears'] = (...news) => hub.hears(...news)
const openedBy: SafeguardingUnderTest['openedBy'] = (...opening) => hub.openedBy(...opening)

type Kind = Caller['agencyKind']
const by = (agencyId: string, agencyKind: Kind, more: Partial<Caller> = {}): Caller => ({
  ...{ clientId: `${agencyId}.client`, agencyId, agencyKind, agreement: `dsa-${agencyId}`, jti: newId() },
  ...{ purposes: ['safeguard-child'], purpose: 'safeguard-child', actions: ['receive', 'readFlags'] },
  ...{
    actor: { role: 'designated-safeguarding-lead', reference: 'st-0042' },
    requestId: newId(),
    traceparent: newTraceparent(),
  },
  ...more,
})
const larkhill = by('larkhill-primary', 'school')
const brannocs = by('st-brannocs-primary', 'school')
const council = by('northbridge-council', 'council')
const police = by('vale-police', 'police')

interface Answered {
  data: Record<string, never> | null
  errors?: { path: string[]; extensions: { code: string } }[]
  extensions?: { accessReceipts: { recordId: string; service: string }[] }
}

async function ask(caller: Caller, query: string): Promise<Answered> {
  const response = await hub.app.inject({
    ...{ method: 'POST', url: '/graphql', payload: { query } },
    headers: { 'x-caller': JSON.stringify(caller), 'content-type': 'application/json' },
  })
  return response.json()
}

/** Asks as the gateway does: through `_entities`. */
const about = (caller: Caller, child: Child, fields = 'flags { kind from contacts { outOfHoursPhone } }') =>
  ask(
    caller,
    `{ _entities(representations: [{ __typename: "Child", uci: "${shown(child)}" }]) { ... on Child { ${fields} } } }`,
  )
const codes = ({ errors = [] }: Answered) =>
  errors.map(({ path, extensions }) => `${path.at(-1) ?? ''} ${extensions.code}`)
const roll = { onRollOn: '2026-09-02', enrolment: 'main' }
const plan = { startedOn: '2026-11-20', contact: { role: 'lead-social-worker', phone: '01632 960001' } }
const gias = (value: string) => ({ system: 'urn:waymark:gias-urn', value })
const left = {
  ...{ offRollOn: '2026-11-20', ground: 'registered-elsewhere', destination: 'school' },
  destinationSchool: gias('999902'),
}

const aSteward = by('waymark-hub', 'hub', { role: 'data-steward', actions: ['administer'] })
async function advance(duration: string, caller = aSteward, more: Readonly<Record<string, string>> = {}) {
  const headers = { 'x-caller': JSON.stringify(caller), 'content-type': 'application/json', ...more }
  return hub.app.inject({ method: 'POST', url: '/v1/demo-clock', headers, payload: { advance: duration } })
}

describe('what is true of a child now', () => {
  it('answers the school that has the child on its roll, with a telephone number for the night, after its access record', async () => {
    const child = await onFile()
    await post('larkhill-primary', 'school.pupil.admitted', { school: gias('999901'), ...roll }, child)
    await post('northbridge-council', 'council.protection-plan.started', plan, child)
    const fields = 'flags { kind from contacts { outOfHoursPhone } } involvements { agency kind since }'
    const { data, errors, extensions } = await about(larkhill, child, fields)
    expect(errors).toBeUndefined()
    expect(data).toEqual({
      _entities: [
        {
          flags: [{ kind: 'PROTECTION_PLAN', from: '2026-11-20', contacts: [{ outOfHoursPhone: '01632 960118' }] }],
          involvements: expect.arrayContaining([
            { agency: 'larkhill-primary', kind: 'registered', since: '2026-09-02' },
            { agency: 'northbridge-council', kind: 'responsible', since: '2026-11-20' },
          ]),
        },
      ],
    })
    const receipts = extensions?.accessReceipts ?? []
    expect(receipts.map(({ service }) => service)).toEqual(['safeguarding', 'safeguarding'])
    const kept = await admin.query(`select event_id from safeguarding.outbox where topic = 'waymark.access-records.v1'`)
    expect(kept.map(({ event_id }) => event_id)).toEqual(
      expect.arrayContaining(receipts.map(({ recordId }) => recordId)),
    )
    const obligations = 'select name from safeguarding.obligation where child_id = $1'
    expect(await admin.query(obligations, [child.childId])).toEqual([{ name: 'digest-lead-professional' }])
  })

  it('tells a child that is unknown, hidden, or another’s alike: nothing, and a receipt', async () => {
    const [amina, hidden] = [await onFile(), await aHiddenChild()]
    await post('larkhill-primary', 'school.pupil.admitted', roll, amina)
    await knownTo(hidden, 'vale-police')
    await post('vale-police', 'police.domestic-abuse.notified', { policeRef: 'x' }, hidden)
    const asked: readonly (readonly [Caller, Child])[] = [
      ...([amina, aChild(), hidden] as const).map((child) => [brannocs, child] as const),
      ...([hidden, amina] as const).map((child) => [police, child] as const),
    ]
    const alike = await Promise.all(asked.map(([caller, child]) => about(caller, child)))
    for (const { data, errors, extensions } of alike) {
      expect([data, errors, extensions?.accessReceipts.length]).toEqual([{ _entities: [null] }, undefined, 1])
    }
  })

  it('says what is closed to a kind of agency, what is doubtful and what may be old, and never shows it as none', async () => {
    const [amina, unsure] = [await onFile(), await onFile('provisional')]
    for (const child of [amina, unsure]) await post('larkhill-primary', 'school.pupil.admitted', roll, child)
    await knownTo(amina, 'vale-police')
    expect(codes(await about(police, amina))).toEqual(['flags NOT_PERMITTED'])
    expect(codes(await about(larkhill, unsure))).toEqual(['flags IDENTITY_IN_REVIEW'])
    const lane = laneOf(hub.keys, amina.childId)
    await admin.query(
      `insert into safeguarding.parked_subject (grp, lane, class, code) values ('safeguarding', $1, 'poison', 'X')`,
      [lane],
    )
    expect(codes(await about(larkhill, amina))).toEqual(['flags PROJECTION_BEHIND'])
    await admin.query('delete from safeguarding.parked_subject')
    const [unread, old] = [newId(), new Date(Date.now() - 60_000)]
    await admin.query('insert into exchange.on_its_way_v values ($1, $2)', [unread, old])
    await until(async () => codes(await about(larkhill, amina)).join() === 'flags PROJECTION_BEHIND')
    await admin.query('delete from exchange.on_its_way_v')
    await until(async () => codes(await about(larkhill, amina)).length === 0)
    expect(codes(await about({ ...larkhill, purpose: 'education-continuity' }, amina))).toEqual([
      '0 PURPOSE_NOT_ALLOWED',
    ])
  })
})

describe('a handover', () => {
  it('opens when a pupil leaves, goes up with the clock once a level, and closes by the receiver’s word alone', async () => {
    const amina = await onFile()
    await post('northbridge-council', 'council.protection-plan.started', plan, amina)
    const id = await openedBy(await post('larkhill-primary', 'school.pupil.left', left, amina))
    const opened = await hears('opened', id)
    expect(opened).toMatchObject({
      agencyId: 'waymark-hub',
      child: amina,
      event: { data: { body: { fromAgency: 'larkhill-primary' } } },
    })
    expect(opened.addressed).toEqual(['larkhill-primary', 'st-brannocs-primary', 'northbridge-council'])
    const kinds = 'select kind from safeguarding.handover where child_id = $1 order by kind'
    expect(await admin.query(kinds, [amina.childId])).toEqual([{ kind: 'protection-file' }, { kind: 'school' }])
    expect((await advance('P90D')).statusCode).toBe(200)
    for (const level of [1, 2, 3]) await hears('overdue', id, level)
    const listed = await ask(brannocs, '{ handovers(first: 100) { edges { node { id state level child { uci } } } } }')
    expect(listed).toMatchObject({ data: { handovers: { edges: expect.any(Array) } } })
    expect(JSON.stringify(listed.data)).toContain(
      `{"id":"${id}","state":"overdue","level":3,"child":{"uci":"${shown(amina)}"}}`,
    )
    const confirmed = { handoverId: id, arrivedOn: '2026-11-23', contact: plan.contact }
    await post('larkhill-primary', 'any.handover.confirmed', confirmed, amina)
    expect(await admin.query('select state from safeguarding.handover where id = $1', [id])).toEqual([
      { state: 'overdue' },
    ])
    await post('st-brannocs-primary', 'any.handover.declined', { handoverId: id, reason: 'not-arrived' }, amina)
    await hears('opened', id, 3)
    const word = await post('st-brannocs-primary', 'any.handover.confirmed', confirmed, amina)
    await hears('closed', id, 3)
    const levels = await admin.query(
      'select level from safeguarding.handover_escalation where handover_id = $1 order by level',
      [id],
    )
    expect(levels).toEqual([{ level: 1 }, { level: 2 }, { level: 3 }])
    const correction = { correctsEventId: word, kind: 'wrong-child', reason: 'x' }
    await post('st-brannocs-primary', 'any.correction.issued', correction, amina)
    expect(await admin.query('select state from safeguarding.handover where id = $1', [id])).toEqual([
      { state: 'overdue' },
    ])
    const admitted = { ...roll, school: gias('999902'), onRollOn: '2026-11-23' }
    await post('st-brannocs-primary', 'school.pupil.admitted', admitted, amina)
    expect(await admin.query('select state from safeguarding.handover where id = $1', [id])).toEqual([
      { state: 'confirmed' },
    ])
  })

  it('numbers what the hub says of a child without a gap, sealed and in the child’s lane', async () => {
    const child = await onFile()
    const id = await openedBy(await post('larkhill-primary', 'school.pupil.left', left, child))
    await hears('opened', id)
    await advance('P90D')
    await hears('overdue', id, 3)
    const lane = laneOf(hub.keys, child.childId)
    const all = hub.log.messages('waymark.safeguarding-changes.v1')
    const messages = all.filter(({ key }) => key.equals(lane))
    expect(messages.length).toBeGreaterThanOrEqual(4)
    expect(messages.map(({ headers }) => headers['seq'])).toEqual(messages.map((_, n) => String(n + 1)))
    const told = (await hub.said()).flatMap((word, n) => (word.child?.childId === child.childId ? [all[n]] : []))
    expect(told).toEqual(messages)
    expect(Buffer.concat(messages.map(({ value }) => value)).includes(child.uci)).toBe(false)
  })

  it('is undone with the event that was about the wrong child, for whoever posted it only, whichever comes first', async () => {
    const [child, another] = [await onFile(), await onFile()]
    const admitted = await post('larkhill-primary', 'school.pupil.admitted', roll, child)
    const involved = `select count(*)::int as n from safeguarding.involvement_v where child_id = '${child.childId}' and kind = 'registered'`
    const correction = { correctsEventId: admitted, kind: 'wrong-child', reason: 'x' }
    await post('vale-police', 'any.correction.issued', correction, another)
    expect(await admin.query(involved)).toEqual([{ n: 1 }])
    await post('larkhill-primary', 'any.correction.issued', correction, another)
    expect(await admin.query(involved)).toEqual([{ n: 0 }])
  })

  it('is undone too with an event that nobody knew the child of when it was corrected, and in one batch with it', async () => {
    const [child, another] = [await onFile(), await onFile()]
    const involved = 'select count(*)::int as n from safeguarding.involvement_v where child_id = $1'
    const takesBack = (eventId: string) => ({ correctsEventId: eventId, kind: 'wrong-child', reason: 'x' })
    const [held, other] = [newId(), newId()]
    const nobodysYet = { childId: newId(), uci: '' }
    const by = { agencyId: 'larkhill-primary', type: 'any.correction.issued' }
    const admitted = { agencyId: 'larkhill-primary', type: 'school.pupil.admitted', body: roll, child }
    await hub.log.append(
      await hub.exchange.messagesOf([
        { ...by, body: takesBack(held), child: nobodysYet, more: { child: undefined } as object },
        { ...by, body: takesBack(other), child: another },
        { ...admitted, more: { eventId: held } },
        { ...admitted, more: { eventId: other } },
      ]),
    )
    await post('larkhill-primary', 'police.domestic-abuse.notified', {}, child)
    // Those of its own lane came before; what takes them back is of other lanes.
    await until(async () => (await admin.query<{ n: number }>(involved, [child.childId]))[0]?.n === 0)
  })

  it('wakes the relay when it has something to say', async () => {
    const woken = new Promise<void>((resolve) => {
      hub.onNudge = resolve
    })
    await post('larkhill-primary', 'school.pupil.left', { ...left, offRollOn: '2040-01-02' }, aChild())
    await woken
  })

  it('goes with the child that its event was truly about, and names no other from then on; one that will not open keeps nobody waiting', async () => {
    const [one, other, broken] = [await onFile(), await onFile(), aChild()]
    await post('larkhill-primary', 'school.pupil.left', { ...left, offRollOn: '2020-01-02' }, broken)
    await admin.query(`update safeguarding.handover set sealed_subject = '\\x00', next_at = $2 where child_id = $1`, [
      ...[broken.childId, new Date('2020-01-01T00:00:00Z')],
    ])
    const event = await post('larkhill-primary', 'school.pupil.left', { ...left, offRollOn: '2035-01-02' }, one)
    const id = await openedBy(event)
    expect(await hears('opened', id)).toMatchObject({ child: { childId: one.childId } })
    const follows = { joined: [], moved: [{ eventId: event, childId: other.childId }] }
    await hub.project({
      ...{ agencyId: 'waymark-hub', type: 'hub.identity.mislinked', body: {} },
      ...{ child: one, more: { follows } },
    })
    await admin.query('update safeguarding.handover set next_at = safeguarding.hub_now() where id = $1', [id])
    const told = await hears('overdue', id, 1)
    expect(told.child).toEqual({ childId: other.childId, uci: shown(other), status: 'active', identifiers: [] })
    for (const uci of [one.uci, shown(one)]) expect(JSON.stringify(told)).not.toContain(uci)
  })

  it('of a child whose birth identity was sealed closes without a destination or a word, and waits again if that is undone', async () => {
    const child = await onFile()
    await post('larkhill-primary', 'school.pupil.left', left, child)
    const states = () =>
      admin.query<{ state: string }>('select distinct state from safeguarding.handover where child_id = $1', [
        child.childId,
      ])
    const mine = () =>
      hub.log
        .messages('waymark.safeguarding-changes.v1')
        .filter(({ key }) => key.equals(laneOf(hub.keys, child.childId))).length
    expect(await states()).toEqual([{ state: 'open' }])
    const told = (await admin.query('select from safeguarding.handover where child_id = $1', [child.childId])).length
    await until(() => Promise.resolve(mine() === told))
    await admin.query('delete from identity.child_v where child_id = $1', [child.childId])
    await admin.query(`insert into identity.protection_v values ($1, 'existence-hidden')`, [child.childId])
    await advance('P90D')
    await until(async () => (await states()).every(({ state }) => state === 'closed-by-custodian'))
    expect(mine()).toBe(told)
    await admin.query('delete from identity.protection_v where child_id = $1', [child.childId])
    await admin.query(`insert into identity.child_v values ($1, $2, 'active')`, [child.childId, child.uci])
    await until(async () => (await states()).every(({ state }) => state === 'overdue'))
    await until(() => Promise.resolve(mine() > told))
  })

  it('waits for the council of a child who was missing, until the time the police gave at the latest', async () => {
    const child = await onFile()
    const missing = { endedAt: '2026-11-21T02:00:00Z', returnInterviewDueAt: '2026-11-23T02:00:00Z' }
    const id = await openedBy(
      await post('vale-police', 'police.missing-episode.ended', missing, child),
      'return-interview',
    )
    const sql = 'select opened_by, expected_receiver, due_at, state from safeguarding.handover where id = $1'
    const [row] = await admin.query(sql, [id])
    const due = new Date('2026-11-23T02:00:00Z')
    expect(row).toMatchObject({ opened_by: 'vale-police', expected_receiver: null, due_at: due })
    const confirmed = { handoverId: id, arrivedOn: '2026-11-22', contact: plan.contact }
    await post('vale-police', 'any.handover.confirmed', confirmed, child)
    expect(await admin.query(sql, [id])).not.toMatchObject([{ state: 'confirmed' }])
    await post('northbridge-council', 'any.handover.confirmed', confirmed, child)
    expect(await admin.query(sql, [id])).toMatchObject([{ state: 'confirmed' }])
  })

  it('has its clock moved once, however often it is asked under one key', async () => {
    const twice = { 'idempotency-key': newId() }
    const answers = [await advance('PT1S', undefined, twice), await advance('PT1S', undefined, twice)]
    expect(answers[1]).toMatchObject({ statusCode: 200, body: answers[0]?.body })
    expect(answers[0]?.body).not.toBe((await advance('PT1S')).body) // as it reads when moved once more
    expect((await advance('PT2S', undefined, twice)).json()).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
  })

  it('has its clock moved by the hub only', async () => {
    expect((await advance('P1D', council)).json()).toMatchObject({ code: 'NOT_PERMITTED' })
    expect((await advance('-P1D')).statusCode).toBeGreaterThanOrEqual(400)
  })
})
