import { describe, expect, it } from '@jest/globals'
import { buildProfile, type RecordDetails } from './build-profile.js'
import { judge, matchGrade } from './decide.js'
import { ChildIndex } from './index/child-index.js'
import { dayOneModel } from './model.js'

const joseph: RecordDetails = {
  names: [{ given: 'Joseph Neil', family: 'Ashdown' }],
  bornOn: '2015-03-08',
  sex: 'male',
  addresses: [{ postcode: 'NB12 3QT' }],
}
const named = (given: string, family = 'Ashdown'): RecordDetails => ({ ...joseph, names: [{ given, family }] })
const homeless = (record: RecordDetails): RecordDetails => ({ ...record, addresses: [] })
const at = (postcode: string): RecordDetails => ({ ...joseph, addresses: [{ postcode }] })
const by = (kind: 'phone' | 'email', value: string, record = joseph): RecordDetails => ({
  ...record,
  contacts: [{ kind, value }],
})
const former: RecordDetails = {
  ...joseph,
  names: [...(joseph.names ?? []), { use: 'former', given: 'Jonty', family: 'Ashdown' }],
}

function read(details: RecordDetails, practice?: string) {
  const context = { source: 'urn:waymark:agency:a', recordedOn: '2026-10-01' }
  return buildProfile(details, practice === undefined ? context : { ...context, practice })
}

const order = ['certain', 'probable', 'possible', 'none']

/** identity.md §14, table A; 3, 6, the range of 12 and 17 are answered at the doors, before anything is compared. */
describe('searches after those of the Personal Demographics Service, against the record of one child', () => {
  it.each<readonly [string, RecordDetails, RecordDetails, string, string?]>([
    ['1 given and family swapped', named('Ashdown', 'Joseph Neil'), joseph, 'certain'],
    ['2 wrong month of birth', { ...joseph, bornOn: '2015-04-08' }, joseph, 'none', 'probable'],
    ['4 given names in the other order, no postcode', homeless(named('Neil Joseph')), joseph, 'possible'],
    ['5 Joe for Joseph', named('Joe'), joseph, 'certain'],
    ['9 malformed postcode', at('NB12 3Q'), joseph, 'probable'],
    ['10 one wrong digit in the postcode', at('NB12 4QT'), joseph, 'certain'],
    ['11 pseudo postcode', at('ZZ99 3VZ'), joseph, 'probable', 'probable'],
    [
      '13 typo in the e-mail, name and date beside it',
      by('email', 'jo@exampel.org', homeless(joseph)),
      by('email', 'jo@example.org'),
      'none',
      'probable',
    ],
    ['14 former given name, no postcode', homeless(named('Jonty')), former, 'possible'],
    ['15 Justen for Justin, no postcode', homeless(named('Justen')), named('Justin'), 'possible'],
    ['16 accents in both names', named('Jôseph Neil', 'Ashdówn'), joseph, 'certain'],
    [
      '18 phone with country code and spaces',
      by('phone', '+44 1632 960 001', homeless(joseph)),
      by('phone', '01632960001'),
      'probable',
    ],
    ['19 typo in the phone, right postcode', by('phone', '01632 960002'), by('phone', '01632 960001'), 'certain'],
    ['20 middle name for given name', named('Neil'), joseph, 'possible'],
    ['21 initial after the given name', named('Joseph N'), joseph, 'probable'],
    ['22 spaces inside a given name', named('Jo seph'), named('Joseph'), 'probable'],
  ])('%s', (...row) => {
    const [, search, known, least, most = 'certain'] = row
    const { decision, candidates } = judge(
      read(search).profile,
      [{ personId: 'p', profiles: [read(known).profile] }],
      dayOneModel,
    )
    const grade = order.indexOf((candidates[0] && matchGrade(candidates[0], decision)) ?? 'none')
    expect(grade).toBeLessThanOrEqual(order.indexOf(least))
    expect(grade).toBeGreaterThanOrEqual(order.indexOf(most))
    const index = new ChildIndex(dayOneModel)
    index.add('profile', 'p', read(known).profile)
    expect(index.resolve(read(search).profile).decision).toEqual(decision)
  })

  it.each([
    ['7 right practice, no postcode', homeless(joseph), 'Y90001', 'probable'],
    ['8 wrong practice, right postcode', joseph, 'Y90002', 'certain'],
  ])('%s', (...row) => {
    const [, search, practice, grade] = row
    const known = { personId: 'p', profiles: [read(joseph, 'Y90001').profile] as const }
    const { decision, candidates } = judge(read(search, practice).profile, [known], dayOneModel)
    expect(candidates.map((candidate) => matchGrade(candidate, decision))).toEqual([grade])
  })

  it('9 and 3: an unusable postcode is a notice; what is no date is none', () => {
    expect(read(at('NB12 3Q')).notices).toEqual([{ code: 'POSTCODE_UNUSABLE', pointer: '#/addresses/0/postcode' }])
    expect(read({ ...joseph, bornOn: '20150308' }).profile.bornOn).toBeUndefined()
  })

  it('12: a common name and an e-mail that several children share finds many', () => {
    const shared = by('email', 'office@example.org', {
      names: [{ given: 'Leo', family: 'Marsh' }],
      bornOn: '2015-03-08',
    })
    const people = ['a', 'b'].map((personId) => ({ personId, profiles: [read(shared).profile] as const }))
    const { decision } = judge(read(shared).profile, people, dayOneModel)
    expect(decision).toMatchObject({ outcome: 'review', personIds: ['a', 'b'] })
  })

  it('14 says that the name is a former one', () => {
    const { candidates } = judge(
      read(homeless(named('Jonty'))).profile,
      [{ personId: 'p', profiles: [read(former).profile] }],
      dayOneModel,
    )
    expect(candidates[0]?.best.evidence[0]).toMatchObject({ level: 'exact-through-former-name', m: 14_000, s: 6000 })
  })
})
