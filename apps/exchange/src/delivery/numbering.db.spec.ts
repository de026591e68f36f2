import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { Database, newId } from '#libs/postgres'
import { waymarkDatabase, type TestDatabase } from '#libs/testing'
import type { Decision } from '../routing/decision.js'
import { DeliveryRepository } from './delivery.repository.js'
import type { NewSlot } from './new-slot.js'

jest.setTimeout(60_000)

let place: TestDatabase
let database: Database
const deliveries = new DeliveryRepository()

beforeAll(async () => {
  place = await waymarkDatabase()
  database = await Database.open({ url: place.urlOf('exchange'), poolSize: 6 })
}, 60_000)
afterAll(async () => {
  await database.close()
  await place.drop()
})

function aDecision(recipient: string): Decision {
  return {
    ...{ decisionId: newId(), eventId: newId(), sender: 'northbridge-council', recipient, purpose: 'safeguard-child' },
    ...{ outcome: 'PERMIT', fieldGroups: ['core'], identifiers: [], areaOnly: false, ruleId: 'S1', reasons: [] },
    ...{ policyVersion: 'p', isNamedBySender: false, inputs: '', decidedBy: 'rule', decidedAt: new Date() },
  }
}

function aSlot({ recipient, eventId, decisionId }: Decision): NewSlot {
  const content = { keyId: newId(), copy: Buffer.from('sealed') }
  return { recipient, eventId, about: eventId, decisionId, ackDueAt: new Date(), content }
}

/** One routing transaction, in steps that others may come between; it may fail at its end. */
async function route(recipients: readonly string[], pauseMs: number, fails: boolean): Promise<void> {
  const decisions = recipients.map(aDecision)
  await database.transaction(async (tx) => {
    deliveries.write(tx, { decisions, slots: decisions.map(aSlot), records: [] })
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
    if (fails) throw new Error('killed before its commit')
  })
}

describe('a feed’s numbers', () => {
  it('have no gap and no repeat, however transactions interleave and whichever of them fail', async () => {
    const transaction = fc.record({
      recipients: fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 }),
      pauseMs: fc.integer({ min: 0, max: 4 }),
      fails: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 12 }), async (transactions) => {
        const run = newId()
        const lineOf = (name: string) => `${run}-${name}`
        const lines = ['a', 'b', 'c', 'd'].map(lineOf)
        await database.query('insert into exchange.recipient_sequence (recipient) select unnest($1::text[])', [lines])
        await Promise.allSettled(
          transactions.map(({ recipients, pauseMs, fails }) => route(recipients.map(lineOf), pauseMs, fails)),
        )
        const kept = transactions.filter(({ fails }) => !fails).flatMap(({ recipients }) => recipients.map(lineOf))
        for (const line of lines) {
          const rows = await database.query<{ sequence: string }>(
            'select sequence from exchange.delivery where recipient = $1 order by sequence',
            [line],
          )
          const count = kept.filter((recipient) => recipient === line).length
          expect(rows.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: count }, (_, n) => n + 1))
        }
      }),
      { numRuns: 25 },
    )
  })

  it('are never given to a recipient without a line: the transaction fails instead', async () => {
    await expect(route([`stranger-${newId()}`], 0, false)).rejects.toMatchObject({ code: '23502' })
  })
})
