import { describe, expect, it } from '@jest/globals'
import { acknowledgeBy } from './acknowledge-by.js'

const by = (urgency: Parameters<typeof acknowledgeBy>[0], from: string) =>
  acknowledgeBy(urgency, Date.parse(from)).toISOString()

describe('when an event must be acknowledged', () => {
  it('gives minutes to what pages a person', () => {
    expect(by('U0', '2026-11-22T03:00:00Z')).toBe('2026-11-22T03:15:00.000Z')
  })

  it('has an Encompass notice acknowledged before the school day, weekends included', () => {
    expect(by('U1', '2026-11-20T22:40:00Z')).toBe('2026-11-23T08:30:00.000Z') // Friday night: Monday
    expect(by('U1', '2026-11-24T02:00:00Z')).toBe('2026-11-24T08:30:00.000Z')
  })

  it('gives four working hours within the day', () => {
    expect(by('U1', '2026-11-24T10:00:00Z')).toBe('2026-11-24T14:00:00.000Z')
    expect(by('U1', '2026-11-24T15:00:00Z')).toBe('2026-11-25T08:30:00.000Z')
  })

  it('counts working days and not weekends, at the same hour in London when the clocks change', () => {
    expect(by('U2', '2026-11-20T10:00:00Z')).toBe('2026-11-23T10:00:00.000Z')
    expect(by('U3', '2026-11-20T10:00:00Z')).toBe('2026-11-27T10:00:00.000Z')
    expect(by('U2', '2026-10-23T10:00:00Z')).toBe('2026-10-26T11:00:00.000Z')
    expect(by('U4', '2026-11-20T10:00:00Z')).toBe('2026-12-04T10:00:00.000Z')
  })
})
