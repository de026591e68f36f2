import { Injectable } from '@nestjs/common'
import type { RecordDetails } from '#libs/matching'
import { Database } from '#libs/postgres'
import { isDamaged, KeyRing, open } from '#libs/security'

/** What a version of a record says. */
export interface RecordContent {
  readonly sourceRecordId: string
  readonly source: string
  readonly agencyKind: string
  /** Hex. */
  readonly contentHash: string
  readonly recordedAt: string
  readonly isEvent: boolean
  readonly details: RecordDetails
}

interface Row {
  readonly source_record_id: string
  readonly source: string
  readonly agency_kind: string | null
  readonly content_hash: Buffer
  readonly recorded_at: Date
  readonly is_event: boolean
  readonly sealed: Buffer
  readonly key_id: string
}

/** Every row by its key, one after another: see the migration `keys-before-tables`. */
const question = `
select k.id as source_record_id, s.source, a.kind as agency_kind, v.content_hash, v.recorded_at, v.is_event, v.sealed, v.key_id
  from unnest($1::uuid[]) as k (id)
 cross join lateral (select r.source from identity.source_record r where r.id = k.id limit 1) s
 cross join lateral (select n.content_hash, n.recorded_at, n.created_at, n.is_event, n.sealed, n.key_id
                       from identity.record_version n where n.source_record_id = k.id offset 0) v
  left join lateral (select g.kind from auth.agency_v g where g.agency_id = s.source limit 1) a on true
 order by v.recorded_at, v.created_at, v.content_hash`

/** Opens what records say, all versions of them. Its answers stay inside this program, or go to who has a permit. */
@Injectable()
export class RecordContentRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  /**
   * By record, oldest version first; what was erased is not there. For what rests on all of them.
   *
   * @throws what {@link isDamaged} knows, where one does not open
   */
  of(sourceRecordIds: readonly string[]): Promise<ReadonlyMap<string, readonly RecordContent[]>> {
    return this.read(sourceRecordIds, (row) => this.opened(row))
  }

  /** The same, without what does not open. */
  thatOpen(sourceRecordIds: readonly string[]): Promise<ReadonlyMap<string, readonly RecordContent[]>> {
    return this.read(sourceRecordIds, (row) =>
      this.opened(row).catch((error: unknown) => {
        if (!isDamaged(error)) throw error
        return undefined
      }),
    )
  }

  private async read(
    sourceRecordIds: readonly string[],
    opened: (row: Row) => Promise<RecordContent | undefined>,
  ): Promise<ReadonlyMap<string, readonly RecordContent[]>> {
    const rows = await this.database.query<Row>(question, [[...new Set(sourceRecordIds)]])
    const found = new Map<string, RecordContent[]>()
    for (const row of rows) {
      const content = await opened(row)
      if (!content) continue
      found.set(row.source_record_id, [...(found.get(row.source_record_id) ?? []), content])
    }
    return found
  }

  private async opened(row: Row): Promise<RecordContent | undefined> {
    const key = await this.keyRing.keyById(row.key_id)
    if (!key) return undefined
    return {
      sourceRecordId: row.source_record_id,
      source: row.source,
      agencyKind: row.agency_kind ?? 'unknown',
      contentHash: row.content_hash.toString('hex'),
      recordedAt: row.recorded_at.toISOString(),
      isEvent: row.is_event,
      details: JSON.parse(open(key, row.sealed, row.source_record_id).toString('utf8')) as RecordDetails,
    }
  }
}
