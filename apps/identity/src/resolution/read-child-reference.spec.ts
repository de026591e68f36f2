import { describe, expect, it } from '@jest/globals'
import { readEventChild } from './read-child-reference.js'

const nowMs = Date.parse('2026-11-23T18:00:00Z')

function recordedAt(time: string): string | undefined {
  const read = readEventChild(
    {
      ...{ agencyId: 'northbridge-council', agencyKind: 'council', recordedAt: time },
      child: { recordId: 'r-1', demographics: { bornOn: '2019-05-14' } },
    },
    { allowReserved: true, nowMs },
  )
  return read.ok ? read.submission.recordedAt : undefined
}

describe('when the record of an event was made', () => {
  it('is never after it came in: a clock that runs ahead does not make a record the newest for ever', () => {
    expect(recordedAt('2031-01-01T00:00:00Z')).toBe('2026-11-23T18:00:00.000Z')
    expect(recordedAt('2026-11-23T18:00:00.001Z')).toBe('2026-11-23T18:00:00.000Z')
  })

  it('is compared as an instant, whatever zone and form it is told in', () => {
    expect(recordedAt('2026-11-20T10:00:00+01:00')).toBe('2026-11-20T09:00:00.000Z')
    expect(recordedAt('2026-11-20T09:00:00Z')).toBe('2026-11-20T09:00:00.000Z')
  })
})
