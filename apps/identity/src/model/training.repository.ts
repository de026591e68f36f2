import { emptyProfile, type DecidedPair, type LearningRecord, type Profile } from '#libs/matching'
import type { Database } from '#libs/postgres'
import { open, type KeyRing } from '#libs/security'
import { RecordContentRepository, type RecordContent } from '../change/record-content.repository.js'
import type { DecisionInputs } from '../resolution/effects.js'
import { profileOf } from '../resolution/submission.js'

interface RecordRow {
  readonly source_record_id: string
  readonly content_hash: Buffer
  readonly source: string
  readonly profile_id: string
  readonly sealed: Buffer
  readonly key_id: string
}

interface DecidedRow {
  readonly inputs: DecisionInputs
  readonly is_same: boolean
  readonly records: readonly string[]
}

/** Records of children that anybody may find, as each source says them; pages follow the primary key. */
const page = `
select v.source_record_id, v.content_hash, s.source, e.profile_id, e.sealed, e.key_id
  from identity.record_version v join identity.source_record s on s.id = v.source_record_id
  join identity.index_entry e on e.profile_id = v.profile_id and not e.is_hidden
 where (v.source_record_id, v.content_hash) > ($1::uuid, $2::bytea)
 order by v.source_record_id, v.content_hash limit $3`

/** Links by which anybody may find a record. */
const isOpen = `l.valid_to is null and not exists (select from identity.protection_v v where v.child_id = l.child_id)`

/**
 * What persons decided, those alone whose answers agree with others' often enough, each with the records of the child that the
 * answer was about: the one that was named, or the likeliest.
 */
const decided = `
select d.inputs, t.answer = 'same' as is_same,
       array(select l.source_record_id::text from identity.link l
              where l.source_record_id in (select x::uuid from jsonb_array_elements_text(side -> 'records') x) and ${isOpen}
              order by 1) as records
  from identity.training_answer_v t join identity.review r on r.id = t.review_id
  join identity.review_answer a on a.review_id = t.review_id and a.answered_by = t.answered_by and a.answered_at = t.answered_at
  join identity.decision d on d.id = r.decision_id and d.inputs is not null
  join identity.link l on l.source_record_id = (d.inputs ->> 'sourceRecordId')::uuid and ${isOpen}
 cross join lateral jsonb_array_elements(r.sides) with ordinality as s (side, place)
 where t.answer in ('same', 'different') and r.kind = 'possible-match' and s.place > 1
   and side ->> 'childId' = coalesce(a.same_as::text, d.inputs -> 'compared' -> 0 ->> 'childId')
 order by r.id, t.answered_by, t.answered_at`

const pageSize = 5_000
const before = { source_record_id: '00000000-0000-0000-0000-000000000000', content_hash: Buffer.alloc(0) }

/** Reads what a model is learned from. Opened profiles stay in the thread that learns, and end with it. */
export class TrainingRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  async records(most: number): Promise<readonly LearningRecord[]> {
    const records: LearningRecord[] = []
    let last: Pick<RecordRow, 'source_record_id' | 'content_hash'> | undefined = before
    while (last && records.length < most) {
      const rows: readonly RecordRow[] = await this.database.query<RecordRow>(page, [
        ...[last.source_record_id, last.content_hash, Math.min(pageSize, most - records.length)],
      ])
      for (const row of rows) {
        const profile = await this.profileFrom(row)
        if (profile) records.push({ profile, source: row.source })
      }
      last = rows.at(-1)
    }
    return records
  }

  /**
   * Pairs of a record and what a record of the child says that it was found to be, or not to be; made from the records, since a
   * change of their children writes profiles anew.
   */
  async decided(): Promise<readonly DecidedPair[]> {
    const rows = await this.database.query<DecidedRow>(decided)
    const ids = rows.flatMap(({ inputs, records: [first] }) =>
      first === undefined ? [] : [inputs.sourceRecordId, first],
    )
    const said = await new RecordContentRepository(this.database, this.keyRing).of(ids)
    return rows.flatMap(({ inputs, is_same, records: [first = ''] }) => {
      const left = said.get(inputs.sourceRecordId)?.find(({ contentHash }) => contentHash === inputs.contentHash)
      const right = said.get(first)?.[0]
      if (!left || !right) return []
      return [{ left: profileFrom(left), right: profileFrom(right), isSame: is_same, selectionChance: 1 }]
    })
  }

  /** Nothing of a profile whose key was destroyed. */
  private async profileFrom(row: Pick<RecordRow, 'profile_id' | 'sealed' | 'key_id'>): Promise<Profile | undefined> {
    const key = await this.keyRing.keyById(row.key_id)
    if (!key) return undefined
    return { ...emptyProfile, ...(JSON.parse(open(key, row.sealed, row.profile_id).toString('utf8')) as Profile) }
  }
}

function profileFrom({ source, ...content }: RecordContent): Profile {
  return profileOf({ agencyId: source, ...content })
}
