import { describe, expect, it } from '@jest/globals'
import { lineOf, ownerOf, ownLine } from './line.js'

describe('a line', () => {
  it.each([
    ['an agency', { agencyId: 'larkhill-primary' }, 'larkhill-primary'],
    ['an office of the hub', { agencyId: 'waymark-hub', role: 'guardian-desk' }, 'waymark-hub.guardian-desk'],
    ['the hub itself', { agencyId: 'waymark-hub' }, 'waymark-hub'],
  ])('is named by %s, and names it', (_, owner, line) => {
    expect(lineOf(owner)).toBe(line)
    expect(ownLine(owner)).toBe(line)
    expect(ownerOf(line)).toEqual(owner)
  })

  it('is one for all who act for an agency', () => {
    expect(lineOf({ agencyId: 'larkhill-primary', role: 'attendance-lead' })).toBe('larkhill-primary')
  })
})
