import { describe, expect, it } from '@jest/globals'
import { readAcknowledgement } from './acknowledgement.js'

const good = { feed: 'larkhill-primary', upTo: 12, at: '2026-11-20T16:20:00Z' }
const exception = { sequence: 7, problem: 'cannot-decrypt' }

describe('an acknowledgement', () => {
  it('says how far a feed was processed, and what could not be', () => {
    expect(readAcknowledgement(good)).toMatchObject({ ok: true, acknowledgement: { upTo: 12n, exceptions: [] } })
    expect(readAcknowledgement({ ...good, exceptions: [exception] })).toMatchObject({ ok: true })
  })

  it.each<[string, object, string, string]>([
    ['a member nobody knows', { extra: 1 }, '#/extra', 'FIELD_UNKNOWN'],
    ['no feed', { feed: undefined }, '#/feed', 'FIELD_REQUIRED'],
    ['a number as text', { upTo: '12' }, '#/upTo', 'FIELD_FORM'],
    ['half a number', { upTo: 1.5 }, '#/upTo', 'FIELD_FORM'],
    ['a number below nothing', { upTo: -1 }, '#/upTo', 'FIELD_FORM'],
    ['a number beyond what JSON keeps', { upTo: 2 ** 60 }, '#/upTo', 'FIELD_FORM'],
    ['no instant', { at: undefined }, '#/at', 'FIELD_REQUIRED'],
    ['a day alone', { at: '2026-11-20' }, '#/at', 'DATE_FORM'],
    ['an instant without offset', { at: '2026-11-20T16:20:00' }, '#/at', 'DATE_FORM'],
    ['a day that does not exist', { at: '2026-02-30T00:00:00Z' }, '#/at', 'DATE_FORM'],
    ['the hour 24', { at: '2026-11-20T24:00:00Z' }, '#/at', 'DATE_FORM'],
    ['the year 0', { at: '0000-01-01T00:00:00Z' }, '#/at', 'DATE_FORM'],
    ['an exception without its number', { exceptions: [{ problem: 'x' }] }, '#/exceptions', 'FIELD_FORM'],
    ['an exception with more', { exceptions: [{ ...exception, name: 'x' }] }, '#/exceptions', 'FIELD_FORM'],
    ['501 exceptions', { exceptions: Array(501).fill(exception) }, '#/exceptions', 'FIELD_FORM'],
  ])('is refused for %s', (_, change, pointer, code) => {
    expect(readAcknowledgement({ ...good, ...change })).toEqual({ ok: false, pointer, code })
  })

  it('is an object', () => {
    for (const value of [null, [], 'x', 4, undefined])
      expect(readAcknowledgement(value)).toEqual({ ok: false, pointer: '#', code: 'FIELD_TYPE' })
  })
})
