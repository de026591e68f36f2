import { describe, expect, it } from '@jest/globals'
import { viewOf as reviewOf } from '../review/review-view.js'
import { shownNames, shownText } from './shown-text.js'

describe('a name as a person is shown it', () => {
  it('reads in the order of its letters: signs that turn text around are left out', () => {
    expect(shownText('Am\u202Eani\u202C')).toBe('Amani')
    expect(shownText('\u2066Begum\u2069-Khan')).toBe('Begum-Khan')
    expect(shownNames([{ use: 'official', given: '\u202EAmina', family: 'Kh\u202Ban' }])).toEqual([
      { use: 'official', given: 'Amina', family: 'Khan' },
    ])
  })

  it('keeps every letter of every script, and the joiners that some are written with', () => {
    for (const name of ['Zoë', 'أمينة', 'אמינה', 'می\u200Cنا', 'क्\u200Dष']) expect(shownText(name)).toBe(name)
  })

  it('is so in a review, of the child and of its parents, and so is what else a record says in words', () => {
    const details = {
      names: [{ use: '\u202Elegal', given: '\u202EAmina' }],
      parents: [{ role: '\u2066mother', family: 'Kh\u202Ean' }],
      addresses: [{ postcode: 'NB1 \u202E1AA' }],
      identifiers: [{ system: 'urn:waymark:local', value: '12\u202E34' }],
    }
    const record = { sourceRecordId: 'r-1', source: 'larkhill-primary', recordedAt: '2026-11-20T09:00:00Z', details }
    const review = { id: 'q-1', kind: 'link', state: 'open', openedAt: new Date(0), needsSecond: false }
    const shown = { review, sides: [{ records: [record] }], isVerdictShown: false }
    const [side] = reviewOf(shown as unknown as Parameters<typeof reviewOf>[0]).sides
    expect(side?.records[0]).toMatchObject({
      names: [{ use: 'legal', given: 'Amina' }],
      parents: [{ use: 'mother', family: 'Khan' }],
      postcodes: ['NB1 1AA'],
      identifiers: [{ value: '1234' }],
    })
  })
})
