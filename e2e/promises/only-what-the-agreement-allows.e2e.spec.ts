import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Database, programRole } from '#libs/postgres'
import { byParticulars, inventChild } from '../children.js'
import { admission, attendance, eventOf, protectionPlan } from '../events.js'
import { programs, System } from '../system.js'
import { until } from '../until.js'

/** Promise 6: an agency sees only what its agreement, its purpose and its relationship to the child allow, at every door. */
describe('only what the agreement allows', () => {
  let system: System
  beforeAll(async () => {
    system = await System.open()
  }, 240_000)
  afterAll(() => system.close())

  it('each recipient of one event has its own fields and identifiers of it', async () => {
    const child = inventChild()
    const [school, hospital, police, housing] = [
      system.as('larkhill-primary'),
      system.as('northbridge-hospitals'),
      system.as('vale-police'),
      system.as('northbridge-housing'),
    ]
    const heads = await Promise.all(
      [school, hospital, police, housing].map(async (agency) => (await agency.status()).head),
    )
    await school.publish(admission('larkhill-primary', byParticulars(child, ['upn', 'nhs'])))
    const event = protectionPlan(byParticulars(child, ['nhs', 'upn']), ['northbridge-housing'])
    await system.as('northbridge-council').publish(event)
    const copies = {
      school: await school.awaitCopy(event, heads[0]),
      hospital: await hospital.awaitCopy(event, heads[1]),
      police: await police.awaitCopy(event, heads[2]),
    }
    for (const copy of Object.values(copies)) {
      expect(copy.data.body).toMatchObject({ startedOn: expect.any(String), contact: { phone: expect.any(String) } })
      expect(copy.data.body).not.toHaveProperty('categoryCode')
      expect(copy.data['handling']).toBeDefined()
      expect(JSON.stringify(copy)).not.toContain('afraid to go home') // nobody's words leave with a plan
      expect(JSON.stringify(copy)).not.toContain(child.postcode)
      expect(copy.data['child']).not.toHaveProperty('recordId')
    }
    const systemsOf = (copy: { data: Readonly<Record<string, unknown>> }) =>
      ((copy.data['child'] as { identifiers?: { system: string }[] }).identifiers ?? []).map(({ system: name }) => name)
    expect(systemsOf(copies.police)).not.toContain('https://fhir.nhs.uk/Id/nhs-number')
    expect(systemsOf(copies.police)).not.toContain('urn:waymark:upn')
    expect(systemsOf(copies.school)).not.toContain('https://fhir.nhs.uk/Id/nhs-number')
    expect(systemsOf(copies.hospital)).not.toContain('urn:waymark:upn')
    const subjects = Object.values(copies).map(({ subject }) => subject)
    expect(new Set(subjects).size).toBe(3) // nobody can join two feeds by it
    expect(
      (await housing.slotsAfter(heads[3] ?? 0)).filter((slot) => slot.kind === 'copy' && slot.id === event.id),
    ).toEqual([])
    for (const other of ['st-brannocs-primary', 'tidewell-council']) {
      const slots = await system.as(other).slotsAfter(0)
      expect(slots.filter((slot) => slot.kind === 'copy' && slot.id === event.id)).toEqual([])
    }
  })

  it('a copy opens for the agency it is sealed to, and for no other', async () => {
    const child = byParticulars(inventChild(), ['upn', 'nhs'])
    const school = system.as('larkhill-primary')
    const { head } = await school.status()
    await school.publish(admission('larkhill-primary', child))
    const event = protectionPlan(child)
    await system.as('northbridge-council').publish(event)
    const { sequence } = await school.awaitCopy(event, head)
    const { events } = await school.client.feed({ after: sequence - 1, limit: 1, ...school.asks })
    expect(JSON.stringify(events)).not.toContain('protection-plan')
    for (const other of ['st-brannocs-primary', 'vale-police', 'northbridge-council'])
      expect(() => system.as(other).client.open(events[0]?.data)).toThrow()
  })

  it('who has nothing to do with a child sees nothing of it, and who has sees what its kind may', async () => {
    const child = inventChild()
    const school = system.as('larkhill-primary')
    await school.publish(admission('larkhill-primary', byParticulars(child, ['upn', 'nhs'])))
    await system.as('northbridge-council').publish(protectionPlan(byParticulars(child)))
    const uci = await school.uciOf(child)
    await until('the school sees the plan', async () => {
      const found = (await school.ask('ChildFlags', { uci })).data?.['child'] as { flags: unknown[] } | null
      return found !== null && found.flags.length === 1
    })
    for (const other of ['st-brannocs-primary', 'tidewell-council', 'northbridge-housing']) {
      const answer = await system.as(other).ask('ChildFlags', { uci })
      expect([other, answer.data, answer.errors]).toEqual([other, { child: null }, undefined])
    }
    const byUpn = await school.ask('ChildByIdentifier', { system: 'urn:waymark:upn', value: child.upn })
    expect(byUpn.data?.['childByIdentifier']).toMatchObject({ uci })
  })

  it('an agency posts its own types, in its own name, about what is its own', async () => {
    const school = system.as('larkhill-primary')
    const child = byParticulars(inventChild())
    const plan = { ...protectionPlan(child), source: 'urn:waymark:agency:larkhill-primary' }
    expect((await school.post(plan)).body).toMatchObject({ status: 403, code: 'TYPE_NOT_ALLOWED' })
    expect((await school.post(protectionPlan(child))).body).toMatchObject({ status: 403, code: 'SOURCE_NOT_YOURS' })
    const police = eventOf({ agency: 'vale-police', type: 'police.domestic-abuse.notified', child })
    const asAttendance = { ...attendance(child), source: 'urn:waymark:agency:vale-police' }
    expect((await system.as('vale-police').post(asAttendance)).body).toMatchObject({ code: 'TYPE_NOT_ALLOWED' })
    expect((await system.as('vale-police').post(police)).status).toBe(202)
  })

  it('an operation runs for whom it is registered', async () => {
    const school = system.as('larkhill-primary')
    const hash = (
      JSON.parse(readFileSync(system.place.connectionFile, 'utf8')) as {
        agencies: Record<string, { clients: Record<string, { operations: Record<string, string> }> }>
      }
    ).agencies['waymark-hub']?.clients['auditor']?.operations['TraceChild']
    const answer = await school.request('POST', '/graphql', {
      extensions: { persistedQuery: { version: 1, sha256Hash: hash } },
      variables: { uci: '99MJ-YZXT-0T' },
    })
    expect(JSON.stringify(answer.body)).toContain('OPERATION_NOT_REGISTERED')
    const query = 'query($uci: String!) { accessRecords(uci: $uci, first: 1) { edges { cursor } } }'
    const asked = await school.query(query, { uci: '99MJ-YZXT-0T' })
    expect(asked.errors).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
    expect((await system.as('data-steward').query(query, { uci: '99MJ-YZXT-0T' })).errors).toMatchObject([
      { extensions: { code: 'NOT_PERMITTED' } },
    ])
  })

  it('only the guardian desk protects, only an administrator moves the clock, only its own agency reads an agreement', async () => {
    const body = { level: 'existence-hidden', reason: 'x', reviewOn: '2099-01-01', child: byParticulars(inventChild()) }
    for (const name of ['northbridge-council', 'auditor', 'data-steward'])
      expect((await system.as(name).request('POST', '/v1/protections', body)).body).toMatchObject({
        code: 'NOT_PERMITTED',
      })
    for (const name of ['northbridge-council', 'auditor', 'guardian-desk'])
      expect((await system.as(name).request('POST', '/v1/demo-clock', { advance: 'P1D' })).status).toBe(403)
    const query = 'query($id: ID!) { agreement(id: $id) { id } }'
    const police = system.as('vale-police')
    expect((await police.query(query, { id: 'dsa-vale-police' })).data?.['agreement']).toMatchObject({
      id: 'dsa-vale-police',
    })
    const foreign = await police.query(query, { id: 'dsa-larkhill-primary' })
    const absent = await police.query(query, { id: 'dsa-nobody' })
    expect(foreign.data).toEqual(absent.data)
    expect(foreign.data?.['agreement'] ?? null).toBeNull()
  })

  it('a program reads the tables of another only through the views that were granted to it', async () => {
    const password = readFileSync(join(system.place.folder, 'keys', 'postgres-roles.password'), 'utf8')
    const secret: readonly [string, string][] = [
      ['identity', 'child'],
      ['exchange', 'delivery'],
      ['safeguarding', 'flag'],
      ['audit', 'entry'],
      ['auth', 'client'],
    ]
    for (const program of programs) {
      const url = Object.assign(new URL(system.place.adminUrl), { username: programRole(program), password }).href
      const database = await Database.open({ url, poolSize: 1, applicationName: 'e2e' })
      for (const [schema, table] of secret.filter(([owner]) => owner !== program))
        await expect(database.query(`select * from ${schema}.${table} limit 1`)).rejects.toThrow('permission denied')
      await database.close()
    }
  })
})
