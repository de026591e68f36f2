import { emptyProfile, type DecidedPair, type LearningRecord, type Profile } from '#libs/matching'
import type { Sql } from '#libs/postgres'
import { open, type KeyRing } from '#libs/security'
import type { DecisionInputs } from '../resolution/effects.js'

interface RecordRow {
  readonly source_record_id: string
  readonly content_hash: Buffer
  readonly source: string
  readonly profile_id: string
  readonly sealed: Buffer
  readonly key_id: string
}

/** Records of children that anybody may find, as each source says them; pages follow the primary key. */
const page = `
select v.source_record_id, v.content_hash, s.source, e.profile_id, e.sealed, e.key_id
  from identity.record_version v join identity.source_record s on s.id = v.source_record_id
  join identity.index_entry e on e.profile_id = v.profile_id and not e.is_hidden
 where (v.source_record_id, v.content_hash) > ($1::uuid, $2::bytea)
 order by v.source_record_id, v.content_hash limit $3`

/** What persons decided, those alone whose answers agree with others' often enough. */
const decided = `
select d.inputs, t.answer = 'same' as is_same
  from identity.training_answer_v t join identity.review r on r.id = t.review_id
  join identity.decision d on d.id = r.decision_id and d.inputs is not null
 where t.answer in ('same', 'different') and r.kind = 'possible-match' order by r.id, t.answered_by`

const pageSize = 5_000
const before = { source_record_id: '00000000-0000-0000-0000-000000000000', content_hash: Buffer.alloc(0) }

/** Reads what a model is learned from. Opened profiles stay in the thread that learns, and end with it. */
export class TrainingRepository {
  constructor(
    private readonly sql: Sql,
    private readonly keyRing: KeyRing,
  ) {}

  async records(most: number): Promise<readonly LearningRecord[]> {
    const records: LearningRecord[] = []
    let last: Pick<RecordRow, 'source_record_id' | 'content_hash'> | undefined = before
    while (last && records.length < most) {
      const rows: readonly RecordRow[] = await this.sql.query<RecordRow>(page, [
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

  /** Pairs of a record and the likeliest profile it was compared with. */
  async decided(): Promise<readonly DecidedPair[]> {
    const rows = await this.sql.query<{ inputs: DecisionInputs; is_same: boolean }>(decided)
    const pairs = await Promise.all(rows.map(({ inputs, is_same }) => this.pairFrom(inputs, is_same)))
    return pairs.flat()
  }

  private async pairFrom(inputs: DecisionInputs, isSame: boolean): Promise<readonly DecidedPair[]> {
    const other = inputs.compared[0]?.profileIds[0]
    if (other === undefined) return []
    const rows = await this.sql.query<RecordRow & { readonly is_record: boolean }>(
      `select p.id as profile_id, p.sealed, p.key_id, p.id <> $3 as is_record from identity.profile p
        where p.id = $3 or p.id = (select v.profile_id from identity.record_version v
                                    where v.source_record_id = $1 and v.content_hash = $2)`,
      [inputs.sourceRecordId, Buffer.from(inputs.contentHash, 'hex'), other],
    )
    const find = async (isRecord: boolean) => {
      const row = rows.find(({ is_record }) => is_record === isRecord)
      return row && this.profileFrom(row)
    }
    const [left, right] = [await find(true), await find(false)]
    return left && right ? [{ left, right, isSame, selectionChance: 1 }] : []
  }

  /** Nothing of a profile whose key was destroyed. */
  private async profileFrom(row: Pick<RecordRow, 'profile_id' | 'sealed' | 'key_id'>): Promise<Profile | undefined> {
    const key = await this.keyRing.keyById(row.key_id)
    if (!key) return undefined
    return { ...emptyProfile, ...(JSON.parse(open(key, row.sealed, row.profile_id).toString('utf8')) as Profile) }
  }
}
