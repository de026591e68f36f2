import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { newId } from '#libs/postgres'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from './exchange-under-test.js'

jest.setTimeout(60_000)

let place: TestDatabase
let hub: ExchangeUnderTest

beforeAll(async () => {
  place = await waymarkDatabase()
  hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-told-')))
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await place.drop()
})

type Level = 'location-hidden' | 'existence-hidden' | undefined

interface Answer {
  readonly data: { readonly decisions: readonly object[] | null }
}

/** Posts where a child now lives, asks for a school to hear of it, and what was decided about that school. */
async function toldOf({ level, isAtSchool }: { level?: Level; isAtSchool: boolean }) {
  const recordId = newId()
  const child = aChild({ recordId, identifiers: [{ system: 'urn:waymark:local', value: recordId }] })
  const childId = hub.identity.childOf(child)
  if (isAtSchool) await hub.involve(childId, 'larkhill-primary', 'registered')
  if (level) await hub.protect(childId, level)
  const { data, ...envelope } = anEvent('council.placement.moved')
  const moved = {
    ...{ ...envelope, id: newId(), source: 'urn:waymark:agency:northbridge-council' },
    data: {
      ...{ ...data, occurredAt: new Date().toISOString(), child, requestedRecipients: ['larkhill-primary'] },
      sharingBasis: { ...data.sharingBasis, purpose: 'safeguard-child' },
    },
  }
  const posted = await hub.post('northbridge-council', moved)
  expect(posted.statusCode === 202 ? '' : posted.body).toBe('')
  const { eventId } = posted.json<{ eventId: string }>()
  await until(async () => {
    const rows = await hub.admin.query('select 1 from exchange.decision where event_id = $1', [eventId])
    return rows.length > 0
  })
  const fields = 'recipient outcome fieldGroups ruleId reasons validUntil agreementId'
  const ask = async (name: string) =>
    (await hub.graphql<Answer>(name, `{ decisions(eventId: "${eventId}") { ${fields} } }`)).data.decisions
  return { poster: await ask('northbridge-council'), auditor: await ask('waymark-hub/auditor') }
}

describe('what the poster of an event is told was decided', () => {
  it('is the same of a child that nobody knows, of one at the school it asked for, and of a hidden one', async () => {
    const ofUnknown = await toldOf({ isAtSchool: false })
    expect(ofUnknown.poster).toMatchObject([{ recipient: 'larkhill-primary', outcome: 'PERMIT', reasons: [] }])
    for (const isAtSchool of [true, false])
      for (const level of [undefined, 'location-hidden', 'existence-hidden'] as const)
        expect((await toldOf({ level, isAtSchool })).poster).toEqual(ofUnknown.poster)
  })

  it('is what was decided where an auditor asks', async () => {
    const { auditor } = await toldOf({ level: 'existence-hidden', isAtSchool: true })
    expect(auditor).toContainEqual(
      expect.objectContaining({ recipient: 'larkhill-primary', outcome: 'DENY', ruleId: 'F01-existence-hidden' }),
    )
  })
})
