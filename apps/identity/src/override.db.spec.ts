import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { Caller } from '#libs/security'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named, nhs, upn, type Family } from './hub-under-test.js'

jest.setTimeout(60_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-identity-overrides-'))
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

const steward = (reference: string): Caller =>
  caller('waymark-hub', {
    ...{ role: 'data-steward', purpose: 'identity-quality' },
    actor: { role: 'data-steward', reference },
  })
const [ann, ben] = [steward('ann'), steward('ben')]

/** Two stewards agree on what two records are to each other, each for itself. */
async function override(kind: 'MUST_LINK' | 'CANNOT_LINK', left: string, right: string, more: object = {}) {
  const input = { kind, left, right, reason: 'Both birth certificates were seen.', ...more }
  const proposed = await hub.ask(
    'mutation ($input: OverrideInput!) { proposeOverride(input: $input) { id state } }',
    { input },
    ann,
  )
  const { id } = (proposed['data'] as { proposeOverride: { id: string } }).proposeOverride
  await hub.ask('mutation ($id: ID!) { claimReview(id: $id) { id } }', { id }, ben)
  const answer = kind === 'MUST_LINK' ? 'SAME' : 'DIFFERENT'
  const said = { id, answer, reason: 'Seen too.' }
  const decided = await hub.ask(
    'mutation ($input: DecideReviewInput!) { decideReview(input: $input) { state } }',
    { input: said },
    ben,
  )
  expect(decided).toMatchObject({ data: { decideReview: { state: 'APPLIED' } } })
}

async function recordOf(uci: string): Promise<string> {
  const [row] = await hub.admin.query<{ id: string }>(
    `select l.source_record_id as id from identity.child_of_uci($1) c join identity.link l on l.child_id = c.child_id and l.valid_to is null limit 1`,
    [uci],
  )
  return row?.id ?? ''
}
const splits = (uci: string) =>
  hub.count(
    `identity.review r join identity.child c on c.id = r.child_id where r.kind = 'split' and c.uci = '${uci.replaceAll('-', '')}'`,
  )
const find = (by: string, details: object, id: string) => hub.resolve(by, details, { mode: 'find', id })

/** Twins of other names whose numbers differ: case 16 of identity.md §14 B, before anybody says that they are one. */
async function twins(numbers: readonly [string, string]) {
  const family = aFamily()
  const numbered = (child: Family, value: string) => ({
    ...child,
    identifiers: [{ system: nhs, value, verified: true }],
  })
  const [one, two] = [numbered(family, numbers[0]), numbered(named(family, 'Zara'), numbers[1])]
  const first = await hub.uciOf('northbridge-hospitals', one, `one-${numbers[0]}`)
  const second = await hub.uciOf('northbridge-hospitals', two, `two-${numbers[1]}`)
  expect(second).not.toBe(first)
  return { first, second, id: `two-${numbers[1]}` }
}

describe('what two stewards said of two records', () => {
  it('joins twins of a must-link, and the record is not asked about again however it differs', async () => {
    const { first, second, id } = await twins(['9990000123', '9990000158'])
    const [left, right] = [await recordOf(first), await recordOf(second)]
    await override('MUST_LINK', left, right)
    const odd = { names: [{ use: 'legal', given: 'Quentin', family: 'Oddington' }], bornOn: '2008-02-28' }
    const revise = (sex: string, recordedAt: string) =>
      hub.resolve('northbridge-hospitals', { ...odd, sex }, { id, recordedAt })
    const joined = await revise('male', '2026-11-21T09:00:00Z')
    expect(joined.body).toMatchObject({ outcome: 'identified', status: 'active' })
    const kept = String(joined.body['uci'])
    expect([first, second]).toContain(kept)
    expect(await splits(kept)).toBe(0)
    await hub.admin.query('update identity.override set expires_at = now()')
    await revise('female', '2026-11-22T09:00:00Z')
    expect(await splits(kept)).toBe(1)
  })

  it('keeps a record from a child that it would be linked to, inside the scope alone and until it expires', async () => {
    const [family, other] = [aFamily(), aFamily()]
    const child = await hub.uciOf('northbridge-hospitals', family)
    const own = await hub.uciOf('larkhill-primary', other, 'lk-7')
    expect((await find('larkhill-primary', family, 'lk-7')).body).toMatchObject({ outcome: 'found', uci: child })
    await override('CANNOT_LINK', await recordOf(child), await recordOf(own))
    const scope = async (value: string) => {
      await hub.admin.query('update identity.override set scope = $1 where kind = $2', [value, 'cannot-link'])
      return (await find('larkhill-primary', family, 'lk-7')).body['uci']
    }
    expect(await scope('all')).toBe(own)
    expect(await scope('agency:larkhill-primary')).toBe(own)
    expect(await scope('agency:northbridge-hospitals')).toBe(own)
    expect(await scope('agency:vale-police')).toBe(child)
    expect(await scope(`system:${upn}`)).toBe(child)
    const pupil = { ...family, identifiers: [{ system: upn, value: 'A801200001001' }] }
    expect((await find('larkhill-primary', pupil, 'lk-7')).body).toMatchObject({ uci: own })
    expect(await scope('all')).toBe(own)
    await hub.admin.query(`update identity.override set expires_at = now() where kind = 'cannot-link'`)
    expect((await find('larkhill-primary', family, 'lk-7')).body).toMatchObject({ uci: child })
  })

  it('counts when a record that said too little for an identifier says enough', async () => {
    const family = aFamily()
    const child = await hub.uciOf('northbridge-hospitals', family)
    const tell = async (recordId: string, demographics: object, at: string) => {
      const item = {
        key: '0',
        agencyId: 'vale-police',
        agencyKind: 'police',
        recordedAt: at,
        purpose: 'safeguard-child',
      }
      const { body } = await hub.post('/internal/v1/resolutions', {
        items: [{ ...item, child: { recordId, demographics } }],
      })
      return (body['items'] as { childId: string; uci?: string; status: string }[])[0]
    }
    const recordWith = async (childId: string) => {
      const [row] = await hub.admin.query<{ id: string }>(
        'select source_record_id as id from identity.link where child_id = $1 and valid_to is null',
        [childId],
      )
      return row?.id ?? ''
    }
    const little = { names: [{ use: 'legal', given: 'Quentin' }] }
    const said = await tell('vp-1', little, '2026-11-20T09:00:00Z')
    const unsaid = await tell('vp-2', { names: [{ use: 'legal', given: 'Rosalind' }] }, '2026-11-20T09:00:00Z')
    expect(said).not.toHaveProperty('uci')
    await override('CANNOT_LINK', await recordWith(said?.childId ?? ''), await recordOf(child))
    const later = '2026-11-21T09:00:00Z'
    expect(await tell('vp-1', family, later)).toMatchObject({ status: 'active', childId: said?.childId })
    const open = (childId?: string) =>
      hub.count(`identity.review where state = 'open' and child_id = '${childId ?? ''}' and kind = 'possible-match'`)
    expect(await open(said?.childId)).toBe(0)
    await tell('vp-2', family, later)
    expect(await open(unsaid?.childId)).toBe(1)
  })

  it('is refused where its scope is neither record’s, or when it has ended before it was said', async () => {
    const { first, second } = await twins(['9990000069', '9990000077'])
    const [left, right] = [await recordOf(first), await recordOf(second)]
    const propose = async (more: object) => {
      const input = { kind: 'MUST_LINK', left, right, reason: 'Both birth certificates were seen.', ...more }
      const query = 'mutation ($input: OverrideInput!) { proposeOverride(input: $input) { state } }'
      const { data, errors } = await hub.ask(query, { input }, ann)
      const [error] = (errors ?? []) as { extensions: { code: string } }[]
      return error?.extensions.code ?? (data as { proposeOverride: { state: string } }).proposeOverride.state
    }
    expect(await propose({ scope: 'agency:vale-police' })).toBe('SCHEMA_INVALID')
    expect(await propose({ scope: `system:${upn}` })).toBe('SCHEMA_INVALID')
    expect(await propose({ expiresAt: '2020-01-01' })).toBe('SCHEMA_INVALID')
    expect(await propose({ scope: `system:${nhs}`, expiresAt: '2999-01-01' })).toBe('SECOND')
  })
})

describe('asking why two records are not one child, or are', () => {
  const why = async (left: string, right: string) => {
    const answer = await hub.ask(
      'query ($left: ID!, $right: ID!) { whyNot(left: $left, right: $right) { outcome why { level } whyNot { gate veto } } }',
      { left, right },
      ann,
    )
    return (answer['data'] as { whyNot: { outcome: string; whyNot: readonly { veto?: string }[] } }).whyNot
  }

  it('tells what two persons said of them, and not what the weights alone would make of them', async () => {
    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', family, 'why-1')
    const other = await hub.uciOf('larkhill-primary', family, 'why-2')
    const records = await hub.admin.query<{ id: string }>(
      `select l.source_record_id as id from identity.child_of_uci($1) c
         join identity.link l on l.child_id = c.child_id and l.valid_to is null`,
      [other],
    )
    const [left = '', right = ''] = records.map(({ id }) => id)
    expect((await why(left, right)).outcome).toBe('link')
    await override('CANNOT_LINK', left, right)
    expect(await why(left, right)).toMatchObject({ outcome: 'register' })
    expect((await why(left, right)).whyNot.map(({ veto }) => veto)).toContain('V4')
    const { first, second } = await twins(['9990000239', '9990000247'])
    const [one, two] = [await recordOf(first), await recordOf(second)]
    expect((await why(one, two)).outcome).toBe('register')
    await override('MUST_LINK', one, two)
    expect((await why(one, two)).outcome).toBe('link')
  })
})
