import type { DecidedPair, LearningRecord, Profile } from '#libs/matching'
import type { Database } from '#libs/postgres'
import type { KeyRing } from '#libs/security'
import { RecordContentRepository, type RecordContent } from '../change/record-content.repository.js'
import type { DecisionInputs } from '../resolution/effects.js'
import { profileOf } from '../resolution/submission.js'
import { isOpenLink, profileStored, storedVersion, type StoredVersion } from './stored-profile.js'

/** Questions are alike that are as likely to be about one child, by tenths. */
const bands = 10
/** However long the queue, an answer stands for no more than twenty questions. */
const leastChance = 0.05

interface RecordRow extends StoredVersion {
  readonly content_hash: Buffer
}

interface DecidedRow {
  readonly inputs: DecisionInputs
  readonly is_same: boolean
  readonly records: readonly string[]
  readonly chance: number
  readonly answers: number
  readonly is_blind: boolean
}

/**
 * Records of children that anybody may find, as each source says them; pages follow the primary key. A version has no profile
 * of its own where another of its child says the same, or once a change of children has written profiles anew.
 */
const page = `
select v.content_hash, ${storedVersion}
 where ${isOpenLink} and (v.source_record_id, v.content_hash) > ($1::uuid, $2::bytea)
 order by v.source_record_id, v.content_hash limit $3`

/**
 * What persons decided, those alone whose answers agree with others' often enough, each with the records of the child that the
 * answer was about: the one that was named, or the likeliest. With it how likely an answer was: the queue takes the most
 * informative questions first, so that of those about as likely to be one child the share that has been answered tells; and
 * whether it was given blindly to a question that came back by chance.
 */
const decided = `
with question as (
  select r.id, width_bucket(coalesce((d.explanation -> 'classes' ->> 'same')::float8, 500), 0, 1001, ${String(bands)}) as band,
         exists (select from identity.review_answer a where a.review_id = r.id and a.answer <> 'cannot-tell') as is_answered
    from identity.review r join identity.decision d on d.id = r.decision_id
   where r.kind = 'possible-match' and r.blind_of is null),
chance as (select band, avg(is_answered::int)::float8 as chance from question group by band)
select d.inputs, t.answer = 'same' as is_same, greatest(c.chance, ${String(leastChance)}) as chance,
       count(*) over (partition by q.id)::int as answers,
       a.round = 1 and a.stage <> 'third' and exists (
         select from identity.review b join identity.review_answer o on o.review_id = b.id and o.answer <> 'cannot-tell'
          where b.blind_of = q.id) as is_blind,
       array(select l.source_record_id::text from identity.link l
              where l.source_record_id in (select x::uuid from jsonb_array_elements_text(side -> 'records') x) and ${isOpenLink}
              order by 1) as records
  from identity.training_answer_v t join identity.review r on r.id = t.review_id
  join question q on q.id = coalesce(r.blind_of, r.id) join chance c on c.band = q.band
  join identity.review_answer a on a.review_id = t.review_id and a.answered_by = t.answered_by and a.answered_at = t.answered_at
  join identity.decision d on d.id = r.decision_id and d.inputs is not null
  join identity.link l on l.source_record_id = (d.inputs ->> 'sourceRecordId')::uuid and ${isOpenLink}
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
        const profile = await profileStored(this.keyRing, row)
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
    const said = await new RecordContentRepository(this.database, this.keyRing).thatOpen(ids)
    return rows.flatMap(({ inputs, records: [first = ''], ...row }) => {
      const left = said.get(inputs.sourceRecordId)?.find(({ contentHash }) => contentHash === inputs.contentHash)
      const right = said.get(first)?.[0]
      return left && right ? [pairFrom(left, right, row)] : []
    })
  }
}

function pairFrom(
  left: RecordContent,
  right: RecordContent,
  { is_same: isSame, chance: selectionChance, answers, is_blind }: Omit<DecidedRow, 'inputs' | 'records'>,
): DecidedPair {
  const decided = { left: profileFrom(left), right: profileFrom(right), isSame, selectionChance, answers }
  return is_blind ? { ...decided, blind: { sources: [left.source, right.source] } } : decided
}

function profileFrom({ source, ...content }: RecordContent): Profile {
  return profileOf({ agencyId: source, ...content })
}
