import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Slot } from '../agency.js'
import { byParticulars, inventChild } from '../children.js'
import { admission, eventOf, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'

const correction = 'uk.waymark.any.correction.issued.v1'

/** What was told wrongly is put right with everyone who was told: by a numbered slot, and by the correction itself. */
describe('who had an event hears of its correction', () => {
  let system: System
  beforeAll(async () => {
    system = await System.open()
  }, 240_000)
  afterAll(() => system.close())

  /** A plan that the school and the police have fetched, while the hospital's copy waits. */
  const tell = async () => {
    const child = inventChild()
    const [school, police, hospital] = ['larkhill-primary', 'vale-police', 'northbridge-hospitals'].map((name) =>
      system.as(name),
    )
    if (!school || !police || !hospital) throw new Error('There are three')
    const heads = new Map<string, number>()
    for (const agency of [school, police, hospital]) heads.set(agency.name, (await agency.status()).head)
    await school.publish(admission('larkhill-primary', byParticulars(child, ['upn', 'nhs'])))
    const event = protectionPlan(byParticulars(child))
    const { eventId } = await system.as('northbridge-council').publish(event)
    const had = new Map<string, number>()
    for (const agency of [school, police])
      had.set(agency.name, (await agency.awaitCopy(event, heads.get(agency.name))).sequence)
    await system.awaitSlot(hospital.name, eventId)
    return { child, event, eventId, school, police, hospital, heads, had }
  }
  const correct = (eventId: string, child: ReturnType<typeof inventChild>, kind: string) =>
    system.as('northbridge-council').publish(
      eventOf({
        agency: 'northbridge-council',
        type: 'any.correction.issued',
        child: byParticulars(child),
        basis: { purpose: 'safeguard-child', gateways: ['UKGDPR-16'] },
        body: { correctsEventId: eventId, kind, reason: 'It was recorded wrongly.' },
      }),
    )
  const isCorrectionOf = (eventId: string) => (slot: Slot) =>
    slot.kind === 'copy' && slot.type === correction && slot.data.body['correctsEventId'] === eventId

  it('one about the wrong child is taken back from who had it, who is told, and never reaches who had not', async () => {
    const { child, event, eventId, school, police, hospital, heads, had } = await tell()
    const uci = await school.uciOf(child)
    await correct(eventId, child, 'wrong-child')
    for (const agency of [school, police]) {
      const slots = await until(`${agency.name} is told`, async () => {
        const found = await agency.slotsAfter(had.get(agency.name) ?? 0)
        return found.some(isCorrectionOf(eventId)) && found
      })
      const takenBack = slots.filter((slot) => slot.kind === 'withdrawn' && slot.withdraws === had.get(agency.name))
      expect([agency.name, takenBack]).toEqual([agency.name, [expect.objectContaining({ reason: 'corrected' })]])
    }
    const waiting = await until('the hospital finds a reason in its slot', async () => {
      const found = await hospital.slotsAfter(heads.get(hospital.name) ?? 0)
      return found.some((slot) => slot.kind === 'withdrawn' && slot.reason === 'corrected') && found
    })
    expect(waiting.filter((slot) => slot.kind === 'copy' && slot.id === event.id)).toEqual([])
    for (const other of ['st-brannocs-primary', 'tidewell-council', 'northbridge-housing'])
      expect((await system.as(other).slotsAfter(0)).filter(isCorrectionOf(eventId))).toEqual([])
    await until('the flag is gone', async () => {
      const found = (await school.ask('ChildFlags', { uci })).data?.['child'] as { flags: unknown[] } | null
      return found?.flags.length === 0
    })
  })

  it('one that was put right in its wording stays where it is, and everyone is told what changed', async () => {
    const { child, event, eventId, school, police, had } = await tell()
    await correct(eventId, child, 'amended')
    for (const agency of [school, police])
      await until(`${agency.name} is told`, async () =>
        (await agency.slotsAfter(had.get(agency.name) ?? 0)).find(isCorrectionOf(eventId)),
      )
    const again = await school.slotsAfter((had.get(school.name) ?? 1) - 1)
    expect(again[0]).toMatchObject({ kind: 'copy', id: event.id })
  })
})
