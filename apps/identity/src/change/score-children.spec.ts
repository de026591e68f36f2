import { describe, expect, it } from '@jest/globals'
import { dayOneModel, type RecordDetails } from '#libs/matching'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { RecordContent } from './record-content.repository.js'
import { profilesOf, scoreGroups, weighRecords } from './score-children.js'

const secrets = new Map([['blockKey', Buffer.alloc(32, 7)]])
const hashes = new KeyedHashes({ secrets } as unknown as ConstructorParameters<typeof KeyedHashes>[0])
const oliver: RecordDetails = {
  names: [{ given: 'Oliver', family: 'Smith' }],
  bornOn: '2021-08-14',
  sex: 'male',
  addresses: [{ postcode: 'NB12 3QT' }],
}

/** As many records that differ in their own number, and what the last one says besides. */
function recordsOf(family: string, most: number, last: RecordDetails = {}): readonly RecordContent[] {
  return Array.from({ length: most }, (_, at) => {
    const identifiers = [{ system: 'urn:waymark:local', value: `${family} ${String(at)}` }]
    const details = { ...oliver, names: [{ given: 'Oliver', family }], identifiers, ...(at === most - 1 && last) }
    const source = `urn:waymark:agency:${String(at)}`
    const sourceRecordId = `${family} ${String(at)}`
    return {
      ...{ sourceRecordId, source, agencyKind: 'council', contentHash: sourceRecordId, isEvent: false, details },
      recordedAt: '2026-10-01T00:00:00.000Z',
    }
  })
}

/** What work comes to, and how often others had their turn while it was done. */
async function watched<T>(work: () => T | Promise<T>): Promise<{ readonly made: T; readonly turns: number }> {
  let turns = 0
  const count = (): void => {
    turns += 1
    waiting = setImmediate(count)
  }
  let waiting = setImmediate(count)
  try {
    return { made: await work(), turns }
  } finally {
    clearImmediate(waiting)
  }
}

describe('two children with hundreds of records', () => {
  it('are compared record by record while others have their turn, and the one record that tells them apart counts', async () => {
    const born = (order: number): RecordDetails => ({ birthOrder: { order, of: 2 } })
    const [one, two] = await Promise.all([
      watched(() => profilesOf(recordsOf('Smith', 250, born(1)), hashes)),
      watched(() => profilesOf(recordsOf('Smyth', 250, born(2)), hashes)),
    ])
    const given = { personId: 'p', model: dayOneModel }
    const { made, turns } = await watched(() => scoreGroups(one.made, two.made, given))
    expect(made?.best.vetoes).toContain('V1')
    expect({ profiles: one.turns > 2, scoring: turns > 5 }).toEqual({ profiles: true, scoring: true })
  })

  it('are weighed against each other, each two records once', async () => {
    const records = recordsOf('Smith', 120)
    const byRecord = new Map<string, Awaited<ReturnType<typeof profilesOf>>>()
    for (const record of records) byRecord.set(record.sourceRecordId, await profilesOf([record], hashes))
    const { made: weight, turns } = await watched(() => weighRecords(byRecord, dayOneModel))
    const [one, two] = [weight('Smith 3', 'Smith 9'), weight('Smith 9', 'Smith 3')]
    expect([one === two, one > 0, turns > 1]).toEqual([true, true, true])
  })
})
