import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Agency } from '../agency.js'
import { byParticulars, inventChild, type InventedChild } from '../children.js'
import { admission, attendance, eventOf } from '../events.js'
import { System } from '../system.js'

/** Promise 4: two different children are not merged automatically; what is uncertain goes to a person, and nobody waits. */
describe('twins stay two', () => {
  let system: System
  let school: Agency
  let hospital: Agency
  beforeAll(async () => {
    system = await System.open()
    school = system.as('larkhill-primary')
    hospital = system.as('northbridge-hospitals')
  }, 240_000)
  afterAll(() => system.close())

  const twinsOf = (one: InventedChild): readonly [InventedChild, InventedChild] => {
    const { given, nhsNumber, upn } = inventChild()
    return [one, { ...one, given, nhsNumber, upn }]
  }

  it('two spellings and two identifiers lead to one child with one UCI', async () => {
    const child = inventChild({ given: 'Amina' })
    await school.publish(admission('larkhill-primary', byParticulars(child, ['upn'])))
    const misspelt = { ...child, given: 'Aminah' }
    await hospital.publish(attendance(byParticulars(misspelt, ['nhs'])))
    const bySchool = await school.uciOf(child)
    expect(await hospital.uciOf(misspelt)).toBe(bySchool)
    expect(bySchool).toMatch(/^99[0-9A-Z]{2}-[0-9A-Z]{4}-[0-9A-Z]{2}$/)
  })

  it('twins with one birthday, home and mother get two UCIs, whoever asks and in whatever order', async () => {
    const [leo, mia] = twinsOf(inventChild())
    const ofLeo = await hospital.uciOf(leo)
    const ofMia = await school.uciOf(mia)
    expect(ofMia).not.toBe(ofLeo)
    expect(await school.uciOf(leo)).toBe(ofLeo)
    expect(await hospital.uciOf(mia)).not.toBe(ofLeo)
  })

  it('an unnamed baby on the same day at the same home is not taken for the twin; a person is asked, the caller is not kept waiting', async () => {
    const [known] = twinsOf(inventChild())
    const uci = await hospital.uciOf(known)
    const baby = { ...known, given: 'Baby', nhsNumber: '', upn: '' }
    const answer = await school.resolve(baby, { identifiers: [] })
    expect(answer.status).toBe(200)
    const { outcome, uci: ofBaby } = answer.body as { outcome: string; uci?: string }
    expect(['identified', 'provisional']).toContain(outcome)
    expect(ofBaby).not.toBe(uci)
  })

  it('two records at once of one child make one child, and of twins two', async () => {
    const [leo, mia] = twinsOf(inventChild())
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? hospital : system.as('vale-police')).uciOf(n < 4 ? leo : mia)),
    )
    expect(new Set(answers.slice(0, 4)).size).toBe(1)
    expect(new Set(answers.slice(4)).size).toBe(1)
    expect(new Set(answers).size).toBe(2)
  })

  it('what is told of one twin is not told of the other', async () => {
    const [leo, mia] = twinsOf(inventChild())
    await school.publish(admission('larkhill-primary', byParticulars(leo, ['upn', 'nhs'])))
    await system.as('st-brannocs-primary').publish(admission('st-brannocs-primary', byParticulars(mia, ['upn', 'nhs'])))
    const [before, besides] = [await school.status(), await system.as('st-brannocs-primary').status()]
    const event = eventOf({
      agency: 'northbridge-council',
      type: 'council.protection-plan.started',
      child: byParticulars(mia),
    })
    await system.as('northbridge-council').publish(event)
    await system.as('st-brannocs-primary').awaitCopy(event, besides.head)
    const ofLarkhill = await school.slotsAfter(before.head)
    expect(ofLarkhill.filter((slot) => slot.kind === 'copy' && slot.id === event.id)).toEqual([])
  })
})
