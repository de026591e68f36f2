import { Injectable } from '@nestjs/common'
import { emptyProfile, type Explanation, type Profile, type RecordDetails } from '#libs/matching'
import type { Permit } from '#libs/policy'
import { Database } from '#libs/postgres'
import { KeyRing, open } from '#libs/security'
import { VaultRepository } from '../seal/vault.repository.js'
import type { DecisionInputs } from '../resolution/effects.js'
import { masterEntry, profileOf } from '../resolution/submission.js'

/** What is asked for, by whoever the policy let in. */
type Asked<T> = T & { readonly permit: Permit<'decideReview'> }

/** A decision as it was made and signed. */
export interface StoredDecision {
  readonly decisionId: string
  readonly explanation: Explanation
  readonly inputs: DecisionInputs | null
  readonly signature: string | null
  readonly decidedAt: Date
  /** The child that the record belongs to now. */
  readonly childId: string
  /** Every child it touches; one that is protected is there for the guardian desk alone. */
  readonly children: readonly { readonly childId: string; readonly isProtected: boolean }[]
  /** How the records of that child came to it. */
  readonly how: readonly LinkStep[]
}

interface LinkStep {
  readonly at: Date
  readonly change: 'linked' | 'unlinked'
  readonly record: string
  readonly decision: string
}

/** A version of a record, opened and normalised. */
export interface OpenedRecord {
  /** As it is normalised today. */
  readonly profile: Profile
  /** As it was normalised and stored when it was judged, where that is kept. */
  readonly judged?: Profile
  /** The agency it is of. */
  readonly source: string
  readonly childId: string
  /** Its child is protected, or it names somebody whose identity was sealed: it is there for the guardian desk alone. */
  readonly isProtected: boolean
}

const decisionRow = `
select d.explanation, d.inputs, d.signature, d.decided_at, l.child_id,
       (select json_agg(json_build_object('at', h.valid_from, 'change', case when h.valid_to is null then 'linked' else 'unlinked' end,
                'record', h.source_record_id, 'decision', h.decision_id) order by h.valid_from, h.id)
          from (select * from identity.link k where k.child_id = l.child_id order by k.valid_from desc limit 50) h) as how
  from identity.decision d
  join identity.record_version v on v.decision_id = d.id
  join identity.link l on l.source_record_id = v.source_record_id and l.valid_to is null
 where d.id = $1 limit 1`

const versionRow = `
select v.sealed, v.key_id, v.recorded_at, encode(s.record_key, 'hex') as record_key, s.source, a.kind, l.child_id, p.level is not null as is_protected,
       f.id as profile_id, f.sealed as profile_sealed, f.key_id as profile_key_id
  from identity.source_record s
  join identity.link l on l.source_record_id = s.id and l.valid_to is null
  join identity.record_version v on v.source_record_id = s.id
  left join auth.agency_v a on a.agency_id = s.source
  left join identity.protection_v p on p.child_id = l.child_id
  left join identity.profile f on f.id = v.profile_id
 where s.id = $1 and ($2::bytea is null or v.content_hash = $2)
 order by v.recorded_at desc, v.created_at desc limit 1`

interface DecisionRow {
  readonly explanation: Explanation
  readonly inputs: DecisionInputs | null
  readonly signature: string | null
  readonly decided_at: Date
  readonly child_id: string
  readonly how: readonly (Omit<LinkStep, 'at'> & { readonly at: string })[] | null
}

interface VersionRow {
  readonly sealed: Buffer
  readonly key_id: string
  readonly recorded_at: Date
  readonly record_key: string
  readonly source: string
  readonly kind: string | null
  readonly child_id: string
  readonly is_protected: boolean
  readonly profile_id: string | null
  readonly profile_sealed: Buffer | null
  readonly profile_key_id: string | null
}

/** Decisions and what they were made from, for those who may see how children are told apart. */
@Injectable()
export class StoredDecisionRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
    private readonly vault: VaultRepository,
  ) {}

  async decision({ decisionId }: Asked<{ readonly decisionId: string }>): Promise<StoredDecision | undefined> {
    const [row] = await this.database.query<DecisionRow>(decisionRow, [decisionId])
    if (!row) return undefined
    const ids = new Set([row.child_id, ...(row.inputs?.compared ?? []).map(({ childId }) => childId)])
    const hidden = await this.database.query<{ child_id: string }>(
      'select child_id from identity.protection_v where child_id = any($1::uuid[])',
      [[...ids]],
    )
    const isProtected = new Set(hidden.map(({ child_id }) => child_id))
    return {
      ...{ decisionId, explanation: row.explanation, inputs: row.inputs, signature: row.signature },
      ...{ decidedAt: row.decided_at, childId: row.child_id },
      children: [...ids].map((childId) => ({ childId, isProtected: isProtected.has(childId) })),
      how: (row.how ?? []).map((step) => ({ ...step, at: new Date(step.at) })),
    }
  }

  /** A record as one of its versions said it; its newest, where none is named. Nothing once its key was destroyed. */
  async record({
    sourceRecordId,
    contentHash,
  }: Asked<{ readonly sourceRecordId: string; readonly contentHash?: string }>): Promise<OpenedRecord | undefined> {
    const hash = contentHash === undefined ? null : Buffer.from(contentHash, 'hex')
    const [row] = await this.database.query<VersionRow>(versionRow, [sourceRecordId, hash])
    const key = row && (await this.keyRing.keyById(row.key_id))
    if (!row || !key) return undefined
    const text = open(key, row.sealed, sourceRecordId).toString('utf8')
    const { uci, ...details } = JSON.parse(text) as RecordDetails & { readonly uci?: string }
    const asked = { submission: { details }, recordKey: row.record_key }
    const dead = await this.vault.deadAmong(this.database, [asked], [])
    const judged = await this.judgedIn(row)
    const isProtected = row.is_protected || dead.isDead(asked)
    const profile = normalised(row, details, uci)
    return { profile, source: row.source, childId: row.child_id, isProtected, ...(judged && { judged }) }
  }

  /** Whatever has become of the normaliser since, the record is compared as it was then. */
  private async judgedIn(row: VersionRow): Promise<Profile | undefined> {
    const { profile_id: id, profile_sealed: sealed, profile_key_id: keyId } = row
    const key = keyId === null ? undefined : await this.keyRing.keyById(keyId)
    if (id === null || sealed === null || !key) return undefined
    return { ...emptyProfile, ...(JSON.parse(open(key, sealed, id).toString('utf8')) as Profile) }
  }

  /** Profiles by their ids, in that order, each saying by which UCI the hub knows its child; none if one is gone. */
  async profiles({ ids }: Asked<{ readonly ids: readonly string[] }>): Promise<readonly Profile[] | undefined> {
    const rows = await this.database.query<{ id: string; sealed: Buffer; key_id: string; uci: string | null }>(
      `select p.id, p.sealed, p.key_id, c.uci from identity.profile p join identity.child c on c.id = p.child_id
        where p.id = any($1::uuid[])`,
      [ids],
    )
    const found = new Map(rows.map((row) => [row.id, row]))
    const profiles: Profile[] = []
    for (const id of ids) {
      const row = found.get(id)
      const key = row && (await this.keyRing.keyById(row.key_id))
      if (!row || !key) return undefined
      const known = row.uci === null ? {} : { masterIndexes: [masterEntry(row.uci)] }
      profiles.push({
        ...emptyProfile,
        ...(JSON.parse(open(key, row.sealed, id).toString('utf8')) as Profile),
        ...known,
      })
    }
    return profiles
  }
}

function normalised(row: VersionRow, details: RecordDetails, uci: string | undefined): Profile {
  const submission = { agencyId: row.source, agencyKind: row.kind ?? '', isEvent: false, details }
  const named = uci === undefined ? {} : { uci }
  return profileOf({ ...submission, ...named, recordedAt: row.recorded_at.toISOString() })
}
