import { Injectable } from '@nestjs/common'
import type { Permit } from '#libs/policy'
import { Database, type Sql } from '#libs/postgres'
import { accessIndexOf, KeyRing, open, type ProgramKeys } from '#libs/security'
import { innerOpened, outerOpened } from './check-halves.js'
import type { Opened, StoredRecord } from './opened-record.js'

/** Which records are looked for; newest first. */
export interface Search {
  readonly permit: Permit<'readAccessLog'>
  readonly childIndexes: readonly Buffer[]
  readonly agencyId?: string
  readonly purpose?: string
  /** ISO instants; from inclusive, to exclusive. */
  readonly from?: string
  readonly to?: string
  /** Only those before this place in the log. */
  readonly beforeSeq?: number
  readonly limit: number
}

/** Entries of the log from one to another, and which of them. */
interface Stretch {
  readonly entry: number
  /** Exclusive. */
  readonly until: number
  readonly agencyId?: string
  /** ISO instants; from inclusive, to exclusive. */
  readonly from?: string
  readonly to?: string
}

interface Row {
  seq: string
  record_id: string
  at: Date
  service: string
  kind: string
  purpose: string | null
  agency_id: string | null
  client_id: string | null
  child_index: Buffer
  salt1: Buffer
  inner_hash: Buffer
  commitment: Buffer
  sealed_outer: Buffer
  outer_key_id: string
  sealed_inner: Buffer
  inner_key_id: string
}

const columns = `seq, record_id, at, service, kind, purpose, agency_id, client_id, child_index, salt1, inner_hash, commitment,
  sealed_outer, outer_key_id, sealed_inner, inner_key_id`

/** The only reader of opened access records. */
@Injectable()
export class AccessRecordRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
    private readonly keys: ProgramKeys,
  ) {}

  /** The records about one child; the reading is recorded by the caller. */
  async search(search: Search): Promise<readonly StoredRecord[]> {
    const rows = await this.database.query<Row>(
      `select ${columns} from audit.entry
        where child_index = any($1::bytea[]) and ($2::text is null or agency_id = $2) and ($3::text is null or purpose = $3)
          and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)
          and ($6::bigint is null or seq < $6)
        order by seq desc limit $7`,
      [
        search.childIndexes,
        search.agencyId ?? null,
        search.purpose ?? null,
        search.from ?? null,
        search.to ?? null,
        search.beforeSeq ?? null,
        search.limit,
      ],
    )
    return rows.map(recordFrom)
  }

  async find(recordId: string): Promise<StoredRecord | undefined> {
    const [row] = await this.database.query<Row>(`select ${columns} from audit.entry where record_id = $1`, [recordId])
    return row && recordFrom(row)
  }

  /** Those of a stretch of the log that are wanted, in order; the reading is recorded by the caller. */
  async among(wanted: Stretch): Promise<readonly StoredRecord[]> {
    const { entry, until, agencyId = null, from = null, to = null } = wanted
    const rows = await this.database.query<Row>(
      `select ${columns} from audit.entry
        where seq >= $1 and seq < $2 and ($3::text is null or agency_id = $3)
          and ($4::timestamptz is null or at >= $4) and ($5::timestamptz is null or at < $5)
        order by seq`,
      [entry, until, agencyId, from, to],
    )
    return rows.map(recordFrom)
  }

  /** Entries `from` to `to` (exclusive) of the log, to be compared with themselves; they are shown to nobody. */
  async between(from: number, to: number): Promise<readonly StoredRecord[]> {
    const rows = await this.database.query<Row>(
      `select ${columns} from audit.entry where seq >= $1 and seq < $2 order by seq`,
      [from, to],
    )
    return rows.map(recordFrom)
  }

  /** The internal id of the child that a UCI names now, redirects followed. */
  async childOf(uci: string, sql: Sql = this.database): Promise<string | undefined> {
    const [row] = await sql.query<{ child_id: string }>('select child_id from identity.child_of_uci($1)', [uci])
    return row?.child_id
  }

  /** Children that are this one now: what was recorded of them is recorded under ids of their own. */
  async joinedInto(childId: string): Promise<readonly string[]> {
    const rows = await this.database.query<{ child_id: string }>(
      'select child_id from identity.children_joined_into($1)',
      [childId],
    )
    return rows.map(({ child_id }) => child_id)
  }

  async protectionOf(childId: string): Promise<'none' | 'location-hidden' | 'existence-hidden'> {
    const [row] = await this.database.query<{ level: 'location-hidden' | 'existence-hidden' }>(
      'select level from identity.protection_v where child_id = $1',
      [childId],
    )
    return row?.level ?? 'none'
  }

  /** The half that the caller knows, compared with the commitment and with the row. */
  async outerOf(record: StoredRecord): Promise<Opened> {
    const text = await this.open(record.outerKeyId, record.sealedOuter, record.recordId)
    return typeof text === 'string' ? { closed: text } : outerOpened(record, text)
  }

  /** The half that only the hub knows, compared with its hash and with what the row is found by. */
  async innerOf(record: StoredRecord): Promise<Opened> {
    const text = await this.open(record.innerKeyId, record.sealedInner, record.recordId)
    if (typeof text === 'string') return { closed: text }
    return innerOpened(record, text, (subject) => accessIndexOf(this.keys, subject))
  }

  private async open(keyId: string, sealed: Buffer, recordId: string): Promise<Buffer | 'erased' | 'altered'> {
    const key = await this.keyRing.keyById(keyId)
    if (key === undefined) return 'erased'
    try {
      return open(key, sealed, recordId)
    } catch {
      return 'altered'
    }
  }
}

function recordFrom(row: Row): StoredRecord {
  return {
    seq: Number(row.seq),
    recordId: row.record_id,
    at: row.at.toISOString(),
    service: row.service,
    kind: row.kind,
    ...(row.purpose !== null && { purpose: row.purpose }),
    ...(row.agency_id !== null && { agencyId: row.agency_id }),
    ...(row.client_id !== null && { clientId: row.client_id }),
    childIndex: row.child_index,
    salt1: row.salt1,
    innerHash: row.inner_hash,
    commitment: row.commitment,
    sealedOuter: row.sealed_outer,
    outerKeyId: row.outer_key_id,
    sealedInner: row.sealed_inner,
    innerKeyId: row.inner_key_id,
  }
}
