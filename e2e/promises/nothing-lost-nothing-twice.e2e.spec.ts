import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PostedEvent } from '#libs/events'
import type { Agency, Slot } from '../agency.js'
import { byParticulars, inventChild, type InventedChild } from '../children.js'
import { admission, day, eventOf, protectionPlan } from '../events.js'
import { programs, System } from '../system.js'
import { inTime, until } from '../until.js'

/** What the council's own program keeps of an event that was acknowledged to it. */
interface LedgerLine {
  readonly child: number
  readonly id: string
  readonly eventId: string
}

const children = 60
const posters = 6

/**
 * Promise 1: nothing acknowledged is lost, nothing is delivered twice, per child the order is kept. The oracle is the
 * ledger that the sender keeps: it knows what was acknowledged, and asks the feeds, not the hub, where it went.
 */
describe('nothing is lost and nothing comes twice', () => {
  let system: System
  let school: Agency
  const family: readonly InventedChild[] = Array.from({ length: children }, () => inventChild())
  const ledger: LedgerLine[] = []
  const posting = new AbortController()
  const heads = { school: 0, police: 0, hospital: 0 }

  beforeAll(async () => {
    system = await System.open()
    school = system.as('larkhill-primary')
    const admitted = await school.post(
      family.map((child) => admission('larkhill-primary', byParticulars(child, ['upn', 'nhs']))),
    )
    expect(admitted.status).toBe(202)
    const { results } = admitted.body as { results: readonly { eventId: string }[] }
    await until('every child is known at the school', async () => {
      const [row] = await system.database.query<{ n: string }>(
        'select count(*) as n from safeguarding.inbox_seen where event_id = any($1::uuid[])',
        [results.map(({ eventId }) => eventId)],
      )
      return Number(row?.n) === children
    })
    heads.school = (await school.status()).head
    heads.police = (await system.as('vale-police').status()).head
    heads.hospital = (await system.as('northbridge-hospitals').status()).head
  }, 240_000)
  afterAll(() => system.close())

  const anEventAbout = (child: InventedChild, round: number): PostedEvent =>
    round % 2 === 0
      ? protectionPlan(byParticulars(child))
      : eventOf({
          agency: 'northbridge-council',
          type: 'council.enquiry.started',
          child: byParticulars(child),
          body: { startedOn: day(-1) },
        })

  const mayBeRepeated = (status: number) => status >= 500 || status === 401 || status === 429

  /** Posts until it is acknowledged; whatever went wrong on the way, the same event is sent again. */
  const postUntilAcknowledged = async (client: Agency, child: number, event: PostedEvent): Promise<void> => {
    for (;;) {
      const answer = await inTime('POST /v1/events', client.post(event)).catch(() => ({ status: 503, body: {} }))
      if (answer.status === 202) {
        ledger.push({ child, id: event.id, eventId: (answer.body as { eventId: string }).eventId })
        return
      }
      if (!mayBeRepeated(answer.status)) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
      await sleep(250)
    }
  }

  /** One of the sender's workers: its children in turn, round after round, one event at a time. */
  const work = async (worker: number): Promise<void> => {
    const client = system.as('northbridge-council')
    const mine = Array.from({ length: children / posters }, (_, n) => worker + n * posters)
    for (let turn = 0; !posting.signal.aborted; turn++) {
      const child = mine[turn % mine.length] ?? 0
      const event = anEventAbout(family[child] as InventedChild, Math.floor(turn / mine.length))
      await Promise.all([
        postUntilAcknowledged(client, child, event),
        sleep(300), // enough that something is under way all the time
      ])
    }
  }

  it('while every program, the broker and the database are killed and come back', async () => {
    const workers = Array.from({ length: posters }, (_, worker) => work(worker))
    const stillWorks = async (what: string) => {
      const before = ledger.length
      await until(
        `events are acknowledged after ${what} was killed`,
        () => Promise.resolve(ledger.length >= before + 10),
        {
          withinMs: 60_000,
        },
      )
    }
    try {
      await stillWorks('nothing')
      for (const program of programs) {
        await system.killAndAwait(program)
        await stillWorks(program)
      }
      await system.crash('kafka')
      await stillWorks('the broker') // the outbox takes them meanwhile
      await system.revive('kafka')
      await stillWorks('the broker, back again')
      await system.crash('postgres')
      await sleep(1000)
      await system.revive('postgres')
      await stillWorks('PostgreSQL')
    } finally {
      posting.abort()
      await Promise.all(workers)
    }
    expect(ledger.length).toBeGreaterThan(100)
    expect(new Set(ledger.map(({ eventId }) => eventId)).size).toBe(ledger.length)
  }, 400_000)

  const readAll = async (agency: Agency, after: number): Promise<readonly Slot[]> => agency.slotsAfter(after)

  it('brings each acknowledged event to the school exactly once, in the order of each child, in numbers without a gap', async () => {
    const wanted = new Set(ledger.map(({ id }) => id))
    const has = (slots: readonly Slot[]) => slots.filter((slot) => slot.kind === 'copy' && wanted.has(slot.id)).length
    await until(
      'everything acknowledged has arrived',
      async () => has(await readAll(school, heads.school)) >= wanted.size,
      { withinMs: 90_000, everyMs: 1000 },
    ).catch(() => undefined) // what is missing is named below
    const slots = await readAll(school, heads.school)
    const copies = slots.flatMap((slot) => (slot.kind === 'copy' ? [slot] : []))
    const ids = copies.map(({ id }) => id).filter((id) => wanted.has(id))
    expect([...wanted].filter((id) => !ids.includes(id))).toEqual([])
    expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
    expect(slots.map(({ sequence }) => sequence)).toEqual(slots.map((_, at) => heads.school + 1 + at))
    const outOfOrder = family.flatMap((_, child) => {
      const posted = ledger.filter((line) => line.child === child).map(({ id }) => id)
      const mine = new Set(posted)
      const arrived = ids.filter((id) => mine.has(id))
      return arrived.join() === posted.join() ? [] : [{ child, posted, arrived }]
    })
    expect(outOfOrder).toEqual([])
  }, 180_000)

  it('brings it to everyone else entitled just as well, or withholds it with a recorded reason', async () => {
    const decisions = await system.database.query<{
      event_id: string
      recipient: string
      outcome: string
      rule_id: string
    }>(
      `select distinct on (event_id, recipient) event_id, recipient, outcome, rule_id from exchange.decision
        where event_id = any($1::uuid[]) order by event_id, recipient, decided_at desc`,
      [ledger.map(({ eventId }) => eventId)],
    )
    expect(decisions.filter(({ rule_id: rule }) => rule === '')).toEqual([])
    const decidedOn = new Set(decisions.map(({ event_id: id }) => id))
    expect(ledger.filter(({ eventId }) => !decidedOn.has(eventId))).toEqual([])
    for (const [name, after] of [
      ['vale-police', heads.police],
      ['northbridge-hospitals', heads.hospital],
    ] as const) {
      const permitted = decisions.filter(({ recipient, outcome }) => recipient === name && outcome === 'PERMIT')
      const idOf = new Map(ledger.map(({ eventId, id }) => [eventId, id]))
      const slots = await readAll(system.as(name), after)
      const ids = slots.flatMap((slot) => (slot.kind === 'copy' ? [slot.id] : []))
      const wrong = permitted.filter(({ event_id: id }) => ids.filter((had) => had === idOf.get(id)).length !== 1)
      expect([name, permitted.length > 0, wrong]).toEqual([name, true, []])
    }
  }, 120_000)

  it('has an access record for every receipt that was given, in the log', async () => {
    await until(
      'every record has reached the log',
      async () => {
        const [row] = await system.database.query<{ n: string }>(
          `select count(*) as n from (select 1 from exchange.outbox where topic like '%access-records%'
             and event_id not in (select record_id from audit.entry) limit 1) waiting`,
        )
        return row?.n === '0'
      },
      { withinMs: 60_000, everyMs: 1000 },
    )
    const [row] = await system.database.query<{ size: string; entries: string }>(
      'select (select size from audit.tree_head) as size, (select count(*) from audit.entry) as entries',
    )
    expect(row?.entries).toBe(row?.size)
  }, 90_000)
})
