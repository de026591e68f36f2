import type { ToldProfile } from '#libs/matching'
import type { Database } from '#libs/postgres'
import type { KeyRing } from '#libs/security'
import { isOpenLink, profileStored, storedVersion, type StoredVersion } from '../model/stored-profile.js'

interface ToldRow extends StoredVersion {
  readonly child_id: string
  readonly change_id: string | null
}

const childrenAtOnce = 1_000
const versionsAtMost = 60
const nobody = '00000000-0000-0000-0000-000000000000'

const page = `
select l.child_id from identity.link l where l.valid_to is null and l.child_id > $1 group by l.child_id order by l.child_id limit $2`

/**
 * Versions of the records of some children that anybody may find, of those that have more than one; with the change by which a
 * record came to its child, if it came by one.
 */
const versions = `
select * from (
  select l.child_id, count(*) over (partition by l.child_id) as versions,
         row_number() over (partition by l.child_id order by v.source_record_id, v.content_hash) as at,
         l.change_id, ${storedVersion}
   where l.child_id = any($1::uuid[]) and ${isOpenLink}) told
 where versions > 1 and at <= ${versionsAtMost} order by child_id, at`

/** Changes by which persons joined two, whose answers agree with others' often enough to teach. */
const trusted = `
select distinct c.id from identity.change c join identity.training_answer_v t on t.review_id = c.review_id and t.answer = 'same'
 where c.kind in ('merged', 'superseded')`

/** Reads what records say of each child, child by child. Opened profiles stay in the thread that asks, some children at a time. */
export class ToldChildrenRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  async *all(): AsyncGenerator<readonly ToldProfile[]> {
    const changes = await this.database.query<{ id: string }>(trusted)
    const joinedBy = new Set(changes.map(({ id }) => id))
    for (let after: string | undefined = nobody; after !== undefined;) {
      const children: readonly { child_id: string }[] = await this.database.query(page, [after, childrenAtOnce])
      const ids = children.map(({ child_id }) => child_id)
      const rows = await this.database.query<ToldRow>(versions, [ids])
      yield* this.byChild(rows, joinedBy)
      after = ids.at(-1)
    }
  }

  private async *byChild(
    rows: readonly ToldRow[],
    joinedBy: ReadonlySet<string>,
  ): AsyncGenerator<readonly ToldProfile[]> {
    let told: ToldProfile[] = []
    for (const [at, row] of rows.entries()) {
      const profile = await profileStored(this.keyRing, row)
      const { change_id: change } = row
      const isJoined = change !== null && joinedBy.has(change)
      if (profile) told.push(isJoined ? { profile, decidedBy: change } : { profile })
      if (rows[at + 1]?.child_id === row.child_id) continue
      yield told
      told = []
    }
  }
}
