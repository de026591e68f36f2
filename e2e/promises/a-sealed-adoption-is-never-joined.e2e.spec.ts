import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { ClientAnswer } from '#libs/client'
import { drawUci, formatUci } from '#libs/identifiers'
import type { Agency } from '../agency.js'
import { asSeen } from '../alike.js'
import { byParticulars, inventChild } from '../children.js'
import { admission, attendance, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'

/**
 * Promise 5: a sealed adoption is never joined, by any door, log, score or timing. Two guardians of the desk seal the identity a
 * child was born with; from then on it answers as one that was never known, until two guardians take that back.
 */
describe('an identity that two guardians sealed', () => {
  let system: System
  let council: Agency
  let school: Agency
  let sealId: string
  let birthUci: string
  let adoptedUci: string
  const birth = inventChild()
  /** At home elsewhere, under another name, and with the number it always had. */
  const adopted = inventChild({ bornOn: birth.bornOn, sex: birth.sex, nhsNumber: birth.nhsNumber })
  const never = formatUci(drawUci((length) => randomBytes(length), { reserved: true }))

  beforeAll(async () => {
    system = await System.open()
    council = system.as('northbridge-council')
    school = system.as('larkhill-primary')
    await school.publish(admission('larkhill-primary', byParticulars(birth, ['upn', 'nhs'])))
    await system.as('northbridge-hospitals').publish(attendance(byParticulars(birth)))
    birthUci = await council.uciOf(birth)
  }, 240_000)
  afterAll(() => system.close())

  const guardian = (person: string, path: string, body: object = {}): Promise<ClientAnswer> =>
    system
      .as('guardian-desk')
      .client.request('POST', path, { purpose: 'safeguard-child', actor: `guardian-desk;${person}`, body })
  const codeOf = ({ body }: ClientAnswer): unknown => (body as { code?: unknown }).code
  const isSeen = ({ body }: ClientAnswer): boolean => (body as { data?: { child?: unknown } }).data?.child != null
  const flagsOf = (uci: string): Promise<ClientAnswer> => school.client.graphql('ChildFlags', { uci }, school.asks)

  it('takes two of them', async () => {
    await until('its school sees it', async () => isSeen(await flagsOf(birthUci)))
    const asked = { uci: birthUci, reason: 'Adoption order.', reviewOn: '2099-06-01' }
    const answer = await guardian('e2e-1', '/v1/seals', asked)
    expect(answer.status).toBe(201)
    ;({ sealId } = answer.body as { sealId: string })
    expect(codeOf(await guardian('e2e-1', `/v1/seals/${sealId}/approval`))).toBe('ANOTHER_PERSON_NEEDED')
    expect((await guardian('e2e-2', `/v1/seals/${sealId}/approval`)).status).toBe(200)
  })

  it('is as unknown as one that was never drawn, to the agencies that sent its records', async () => {
    expect(asSeen(await flagsOf(birthUci))).toBe(asSeen(await flagsOf(never)))
    const found = [
      await council.resolve(birth, { mode: 'find' }),
      await council.resolve(inventChild(), { mode: 'find' }),
    ]
    const [sealed, unknown] = found.map(asSeen)
    expect(sealed).toBe(unknown)
  })

  it('is not the child that lives now, though both bear one number', async () => {
    adoptedUci = await system.as('northbridge-hospitals').uciOf(adopted)
    expect(adoptedUci).not.toBe(birthUci)
    const newSchool = system.as('st-brannocs-primary')
    await newSchool.publish(admission('st-brannocs-primary', byParticulars(adopted, ['upn'])))
    const { head } = await newSchool.status()
    const stale = protectionPlan(byParticulars(birth))
    await council.publish(stale)
    const about = protectionPlan(byParticulars(adopted, ['upn']))
    await council.publish(about)
    await newSchool.awaitCopy(about, head)
    const slots = await newSchool.slotsAfter(head)
    expect(slots.filter((slot) => slot.kind === 'copy' && slot.id === stale.id)).toEqual([])
  })

  it('leaves nothing in what an auditor reads of the child that lives now', async () => {
    const { data } = await system.as('auditor').ask('TraceChild', { uci: adoptedUci, first: 100 })
    const told = JSON.stringify(data)
    expect(told).toContain('northbridge-hospitals')
    expect(told).not.toContain('larkhill-primary')
  })

  it('lives again when two guardians take the seal back', async () => {
    expect((await guardian('e2e-2', `/v1/seals/${sealId}/reversal`, { reason: 'The wrong child.' })).status).toBe(200)
    expect(codeOf(await guardian('e2e-2', `/v1/seals/${sealId}/reversal/approval`))).toBe('ANOTHER_PERSON_NEEDED')
    expect((await guardian('e2e-1', `/v1/seals/${sealId}/reversal/approval`)).status).toBe(200)
    await until('its school sees it again', async () => isSeen(await flagsOf(birthUci)))
  })
})
