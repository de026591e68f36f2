import { readIdentifier } from '#libs/identifiers'
import type { RecordDetails } from '#libs/matching'
import { noEffects, type ChildCore, type Effects } from './effects.js'
import { numbersOf } from './evidence.js'
import type { Judgement } from './judge-record.js'
import type { KnownChild, KnownChildren } from './known-children.js'
import type { Findable, Prepared } from './prepare-submission.js'

const personal = ['https://fhir.nhs.uk/Id/nhs-number', 'urn:waymark:upn', 'urn:waymark:uln']

/** A record's place among the records of its source. */
interface Placed {
  readonly sourceRecordId: string
  readonly decisionId: string
  readonly isNew: boolean
}

/** What a record says of its child. */
interface Learned {
  readonly child: KnownChild
  readonly found: Findable
  readonly details: RecordDetails
  readonly sourceRecordId: string
  readonly decisionId: string
}

/** Writes down what a plan will write, and lets later records of the group see it. */
export class EffectsBook {
  readonly effects: Effects = noEffects()

  constructor(private readonly parts: { readonly known: KnownChildren; readonly newId: () => string }) {}

  learn({ submission, contentHash }: Prepared, { child, found, details, sourceRecordId, decisionId }: Learned): void {
    const profileId = child.digests.has(found.digest) ? undefined : this.addProfile(child, found)
    const named = submission.uci === undefined ? {} : { uci: submission.uci }
    this.effects.versions.push({
      ...{ sourceRecordId, contentHash, decisionId, details: { ...details, ...named }, childId: child.childId },
      recordedAt: submission.recordedAt,
      isEvent: submission.isEvent,
      ...(profileId !== undefined && { profileId }),
    })
    this.addIdentifiers(child, submission.agencyId, details)
    const core = coreOf(details)
    const earlier = this.effects.cores.get(child.childId)
    if (core && !(earlier && earlier.recordedAt > submission.recordedAt))
      this.effects.cores.set(child.childId, { core, recordedAt: submission.recordedAt })
  }

  private addProfile(child: KnownChild, { profile, digest, keys, strongKeys }: Findable): string {
    const profileId = this.parts.newId()
    this.effects.profiles.push({ profileId, childId: child.childId, digest, profile, keys: strongKeys })
    const grown = {
      ...child,
      profiles: [...child.profiles, profile],
      profileIds: [...child.profileIds, profileId],
      digests: new Set([...child.digests, digest]),
    }
    this.parts.known.add(grown, keys)
    return profileId
  }

  private addIdentifiers(child: KnownChild, agencyId: string, details: RecordDetails): void {
    const held = new Set(child.profiles.flatMap(numbersOf).map((number) => number.split(' ')[1]))
    for (const identifier of personalNumbers(details, agencyId)) {
      this.effects.identifiers.push({ childId: child.childId, ...identifier })
      if (!held.has(identifier.value)) this.effects.touched.add(child.childId)
    }
  }

  record({ submission, recordKey, contentHash }: Prepared, { sourceRecordId, isNew }: Placed, newest = ''): void {
    const { agencyId: source, recordedAt } = submission
    const latest = recordedAt > newest ? recordedAt : newest
    this.effects.records.push({ sourceRecordId, recordKey, source, contentHash, recordedAt: latest, isNew })
  }

  decide(
    { explanation, compared }: Pick<Judgement, 'explanation' | 'compared'>,
    of: { readonly sourceRecordId: string; readonly contentHash: string },
  ): string {
    const decisionId = this.parts.newId()
    const inputs = { ...of, compared: compared.map(({ childId, profileIds }) => ({ childId, profileIds })) }
    this.effects.decisions.push({ decisionId, explanation, inputs })
    return decisionId
  }

  review(
    kind: Effects['reviews'][number]['kind'],
    { childId }: KnownChild,
    others: readonly string[],
    decisionId: string,
  ): string {
    const reviewId = this.parts.newId()
    this.effects.reviews.push({ reviewId, kind, childId, others, decisionId, isStale: false })
    return reviewId
  }

  /** An item of the guardian desk: a record names somebody whose identity was sealed. */
  tombstone({ childId }: KnownChild, of: { readonly decisionId: string; readonly isStale: boolean }): void {
    this.effects.reviews.push({ reviewId: this.parts.newId(), kind: 'guardian', childId, others: [], ...of })
  }
}

function personalNumbers({ identifiers = [] }: RecordDetails, agencyId: string) {
  return identifiers.flatMap((given) => {
    const read = personal.includes(given.system) ? readIdentifier(given) : undefined
    const verifiedBy = given.verified === true ? { verifiedBy: agencyId } : {}
    return read?.ok ? [{ status: given.status ?? 'current', ...read.identifier, ...verifiedBy }] : []
  })
}

function coreOf({ names = [], bornOn }: RecordDetails): ChildCore | undefined {
  if (names.length === 0 && bornOn === undefined) return undefined
  return { names: names.slice(0, 5), ...(bornOn !== undefined && { bornOn }) }
}
