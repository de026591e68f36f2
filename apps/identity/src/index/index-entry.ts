import { emptyProfile, type Profile } from '#libs/matching'
import type { EntryBatch } from './read-entries.js'

/** A profile as the index holds it. */
export interface IndexEntry {
  readonly profileId: string
  readonly childId: string
  readonly isHidden: boolean
  /** Its sealed bytes do not open: it has a place and says nothing, so that nobody is found by it. */
  readonly isUnread?: boolean
  readonly profile: Profile
}

type Sent = readonly [profileId: string, childId: string, isHidden: boolean, said: Partial<Profile> | null]

/** The profiles of a batch. */
export function entriesIn({ text }: EntryBatch): readonly IndexEntry[] {
  const sent = JSON.parse(text) as readonly Sent[]
  return sent.map(([profileId, childId, isHidden, said]) => ({
    ...{ profileId, childId, isHidden },
    ...contentOf(said),
  }))
}

/** What an entry says. @param said - nothing where it does not open */
export function contentOf(said: Partial<Profile> | null): Pick<IndexEntry, 'profile' | 'isUnread'> {
  return said ? { profile: wholeProfile(said) } : { profile: wholeProfile({}), isUnread: true }
}

type Whole = { readonly [field in keyof Profile]-?: Profile[field] | undefined }
const none: readonly never[] = []

/** A profile with what was left out because it says nothing. All are of one shape, which the index reads fastest. */
export function wholeProfile(said: Partial<Profile>): Profile {
  const whole: Whole = {
    v: or(said.v, emptyProfile.v),
    name: or(said.name, emptyProfile.name),
    others: or(said.others, none),
    hasPlaceholder: or(said.hasPlaceholder, false),
    bornOn: said.bornOn,
    recordedOn: said.recordedOn,
    lastEventOn: said.lastEventOn,
    diedOn: said.diedOn,
    sex: said.sex,
    birthOrder: said.birthOrder,
    mother: said.mother,
    earlierBornOn: or(said.earlierBornOn, none),
    places: or(said.places, none),
    postcodes: or(said.postcodes, none),
    nhsNumbers: or(said.nhsNumbers, none),
    upns: or(said.upns, none),
    ulns: or(said.ulns, none),
    mistypedNhsNumbers: or(said.mistypedNhsNumbers, none),
    locals: or(said.locals, none),
    masterIndexes: or(said.masterIndexes, none),
    otherParents: or(said.otherParents, none),
    phones: or(said.phones, none),
    emails: or(said.emails, none),
    schools: or(said.schools, none),
    practices: or(said.practices, none),
  }
  return whole as Profile
}

function or<T>(said: T | undefined, otherwise: T): T {
  return said === undefined ? otherwise : said
}
