import { describe, expect, it } from '@jest/globals'
import type { RoutedEvent } from '#libs/events'
import { anEvent } from '#libs/testing'
import { FindReference } from '../ingest/find-reference.js'
import { subjectOf } from './facts.repository.js'

const id = '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4b'
const shouted = id.toUpperCase()

function naming(short: string, member: string) {
  const event = anEvent(short)
  return { ...event, data: { ...event.data, body: { ...event.data.body, [member]: shouted } } }
}

const routed = (short: string, member: string) =>
  ({ eventId: 'e', agencyId: 'larkhill-primary', event: naming(short, member) }) as RoutedEvent

describe('an id that an event names in capitals, as RFC 9562 lets it', () => {
  it.each([
    ['any.basis.withdrawn', 'withdrawsEventId'],
    ['any.correction.issued', 'correctsEventId'],
    ['council.referral.decided', 'referralRef'],
  ])('is the event that %s is about', (short, member) => {
    expect(subjectOf(routed(short, member))).toMatchObject({ refers: id })
  })

  it.each(['any.handover.confirmed', 'any.handover.declined'])('is the handover that %s is about', (short) => {
    expect(subjectOf(routed(short, 'handoverId'))).toMatchObject({ handoverId: id })
  })

  it('is looked for as it is kept', async () => {
    const asked: string[] = []
    const ownEvent = (_: string, eventId: string) => {
      asked.push(eventId)
      return Promise.resolve(undefined)
    }
    const references = new FindReference({ ownEvent }, { keyById: () => Promise.resolve(undefined) })
    await references.find(naming('any.basis.withdrawn', 'withdrawsEventId'), { agencyId: 'larkhill-primary' })
    expect(asked).toEqual([id])
  })
})
