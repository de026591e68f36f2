import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { emptyProfile, isEarlierNormaliser, normaliserVersion, type Profile } from '#libs/matching'
import type { Findable } from '../resolution/prepare-submission.js'
import { planRenewal, type ReadVersion, type Renewal, type StoredChild, type StoredProfile } from './plan-renewal.js'

const contents = ['amina', 'aminah', 'nasreen', 'tobiah'] as const
const [earlier, later] = ['n-1', 'n-999']

function said(content: string, v: string): Profile {
  return { ...emptyProfile, v, name: { given: [content], family: ['begum'] } }
}

function digestOf(content: string, v: string): string {
  return `${content} ${v}`
}

/** What this normaliser makes of a record. */
function made(content: string): Findable {
  const profile = said(content, normaliserVersion)
  return { profile, digest: digestOf(content, normaliserVersion), keys: [], strongKeys: [content], numberKeys: [] }
}

function stored(profileId: string, content: string, normaliser: string): StoredProfile {
  const digest = digestOf(content, normaliser)
  return { profileId, digest, normaliser, said: said(content, normaliser), keys: [content] }
}

/** The child as it is stored once its renewal was written. */
function after({ childId, profiles, versions }: StoredChild, renewal: Renewal): StoredChild {
  const rewritten = new Set([...renewal.kept.map(({ profileId }) => profileId), ...renewal.dropped])
  const written = [...renewal.kept, ...renewal.added].map(
    ({ profileId, made: { digest, profile, strongKeys } }): StoredProfile => ({
      ...{ profileId, digest, normaliser: profile.v, said: profile, keys: strongKeys },
    }),
  )
  const movedTo = new Map(renewal.moved.map(({ contentHash, profileId }) => [contentHash, profileId]))
  return {
    childId,
    profiles: [...profiles.filter(({ profileId }) => !rewritten.has(profileId)), ...written],
    versions: versions.map((version) => {
      const profileId = movedTo.get(version.contentHash) ?? version.profileId
      return { ...version, ...(profileId !== undefined && { profileId }) }
    }),
  }
}

/** A child whose records say this or that, each read otherwise before or not; some cannot be opened, and some have no profile to their name. */
const children = fc
  .array(
    fc.record({
      now: fc.constantFrom(...contents),
      before: fc.constantFrom(...contents),
      isCurrent: fc.boolean(),
      isOpened: fc.oneof({ weight: 5, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      isNamed: fc.boolean(),
    }),
    { minLength: 1, maxLength: 7 },
  )
  .map((records): StoredChild => {
    const profiles = new Map<string, StoredProfile>()
    const versions = records.map(({ now, before, isCurrent, isOpened, isNamed }, at): ReadVersion => {
      const [content, normaliser] = isCurrent ? [now, normaliserVersion] : [before, earlier]
      const digest = digestOf(content, normaliser)
      const isFirst = !profiles.has(digest)
      if (isFirst) profiles.set(digest, stored(`p${String(at)}`, content, normaliser))
      return {
        ...{ sourceRecordId: `r${String(at)}`, contentHash: `h${String(at)}` },
        ...(isFirst && isNamed && { profileId: `p${String(at)}` }),
        ...(isOpened && { made: made(now) }),
      }
    })
    return { childId: 'c', profiles: [...profiles.values()], versions }
  })

let ids = 0
const newId = (): string => `new-${String((ids += 1))}`

describe('profiles of an earlier normaliser', () => {
  it('are afterwards one for each distinct content of the records, by the normaliser of today', () => {
    fc.assert(
      fc.property(children, (child) => {
        fc.pre(child.versions.every((version) => version.made))
        const { profiles } = after(child, planRenewal(child, newId))
        const isDue = child.profiles.some(({ normaliser }) => isEarlierNormaliser(normaliser))
        const said = new Set(child.versions.map((version) => version.made?.digest))
        expect(profiles.map(({ digest }) => digest).sort()).toEqual(
          isDue ? [...said].sort() : child.profiles.map(({ digest }) => digest).sort(),
        )
      }),
    )
  })

  it('are each held once, and every version names a profile that is there and says what the version does', () => {
    fc.assert(
      fc.property(children, (child) => {
        const { profiles, versions } = after(child, planRenewal(child, newId))
        const byId = new Map(profiles.map((profile) => [profile.profileId, profile]))
        expect(new Set(profiles.map(({ digest }) => digest)).size).toBe(profiles.length)
        expect(byId.size).toBe(profiles.length)
        for (const { profileId, made } of versions) {
          if (profileId === undefined) continue
          const profile = byId.get(profileId)
          expect(profile).toBeDefined()
          if (profile?.normaliser === normaliserVersion && made) expect(profile.digest).toBe(made.digest)
        }
      }),
    )
  })

  it('stay where a version that cannot be read may have made them, and are counted', () => {
    fc.assert(
      fc.property(children, (child) => {
        const renewal = planRenewal(child, newId)
        const unread = child.versions.filter((version) => !version.made).map(({ profileId }) => profileId)
        const there = new Set(after(child, renewal).profiles.map(({ profileId }) => profileId))
        for (const profileId of unread) if (profileId !== undefined) expect(there).toContain(profileId)
        if (child.versions.every((version) => version.made)) expect(renewal.left).toBe(0)
        const isOutdated = ({ normaliser }: StoredProfile): boolean => isEarlierNormaliser(normaliser)
        expect(after(child, renewal).profiles.filter(isOutdated)).toHaveLength(renewal.left)
      }),
    )
  })

  it('are made anew once: whoever comes again finds nothing to do', () => {
    fc.assert(
      fc.property(children, (child) => {
        const again = planRenewal(after(child, planRenewal(child, newId)), newId)
        expect({ ...again, left: 0 }).toEqual({ kept: [], added: [], dropped: [], moved: [], left: 0 })
      }),
    )
  })

  it('keep their ids where they say what they said under the same keys, and are others where not', () => {
    const [amina, aminah] = [stored('p1', 'amina', earlier), stored('p2', 'aminah', earlier)]
    const of = (profiles: readonly StoredProfile[]): StoredChild => ({
      ...{ childId: 'c', profiles },
      versions: [{ sourceRecordId: 'r', contentHash: 'h', profileId: 'p1', made: made('amina') }],
    })
    const same = planRenewal(of([amina]), newId)
    expect([same.kept.map(({ profileId }) => profileId), same.added, same.dropped]).toEqual([['p1'], [], []])
    const otherwise = planRenewal(of([{ ...aminah, profileId: 'p1' }]), newId)
    expect([otherwise.kept, otherwise.added.length, otherwise.dropped]).toEqual([[], 1, ['p1']])
    const byOtherKeys = planRenewal(of([{ ...amina, keys: ['another'] }]), newId)
    expect([byOtherKeys.kept, byOtherKeys.added.length, byOtherKeys.dropped]).toEqual([[], 1, ['p1']])
  })

  it('are left to the later program where it has been at their child', () => {
    fc.assert(
      fc.property(children, (child) => {
        const profiles = [...child.profiles, stored('late', 'amina', later)]
        const nothing = { kept: [], added: [], dropped: [], moved: [], left: 0 }
        expect(planRenewal({ ...child, profiles }, newId)).toEqual(nothing)
      }),
    )
  })
})

describe('versions of the normaliser', () => {
  it('are counted, not spelt, and what is none comes neither before nor after', () => {
    expect(isEarlierNormaliser('n-2', 'n-3')).toBe(true)
    expect(isEarlierNormaliser('n-9', 'n-10')).toBe(true)
    expect(isEarlierNormaliser('n-10', 'n-9')).toBe(false)
    expect(isEarlierNormaliser(normaliserVersion)).toBe(false)
    for (const none of ['', 'n-', '1', 'm-1', 'n-1b']) {
      expect(isEarlierNormaliser(none)).toBe(false)
      expect(isEarlierNormaliser(normaliserVersion, none)).toBe(false)
    }
  })
})
