import { Injectable } from '@nestjs/common'
import { Database, type Sql } from '#libs/postgres'
import type { PublicJwk } from '#libs/security'
import type { ChildState } from '../change/change.js'

/** A sealing that waits for a second guardian. */
export interface SealRequest {
  readonly id: string
  readonly childId: string
  readonly pair?: string
  readonly reason: { readonly bytes: Buffer; readonly keyId: string }
  readonly reviewOn: string
  readonly askedBy: string
}

/** What a record is known by from now on; hex. */
interface RecordName {
  readonly id: string
  readonly name: string
}

/** Who agreed to a sealing, and what its records are called afterwards: nobody who does not know the vault's secret finds them. */
interface SealClosing {
  readonly approvedBy: string
  readonly names: readonly RecordName[]
}

/** A sealed child with the records it had. */
export interface SealedChild extends ChildState {
  readonly reversalAskedBy?: string
}

const sealedChild = `
select c.id as child_id, c.uci, c.created_at, p.lift_asked_by,
       (select jsonb_agg(jsonb_build_object('id', s.id, 'link', l.id, 'name', encode(s.record_key, 'hex'), 'source', s.source) order by s.id)
          from identity.link l join identity.source_record s on s.id = l.source_record_id
         where l.child_id = c.id and l.valid_to = p.set_at) as records
  from identity.protection p
  join identity.protected_child d on d.protection_id = p.id and not d.is_inherited
  join identity.child c on c.id = d.child_id and c.status = 'withdrawn' and c.joined_into is null
 where p.id = $1 and p.level = 'existence-hidden' and p.lifted_at is null`

/** A child to be told of. */
export interface DueChild {
  readonly childId: string
  readonly uci: string | null
  readonly isClosed: boolean
}

/** Between an hour and three days, evenly. */
const delay = `make_interval(secs => 3600 + (random() * 255600)::int)`

/** Takes an identity out of everything by which it could be found. */
@Injectable()
export class SealRepository {
  constructor(private readonly database: Database) {}

  /** The guardian desk's own key: what is sealed to it this program cannot open. */
  async guardianKey(): Promise<PublicJwk | undefined> {
    const [row] = await this.database.query<{ jwk: PublicJwk }>(
      `select jwk from auth.public_key_v where agency_id = 'waymark-hub' and use = 'enc'
        and (not_before is null or not_before <= now()) and (not_after is null or not_after > now()) order by kid limit 1`,
    )
    return row?.jwk
  }

  async ask(tx: Sql, { id, childId, pair, reason, reviewOn, askedBy }: SealRequest): Promise<void> {
    await tx.query(
      `insert into identity.seal_request (id, child_id, pair, reason, reason_key_id, review_on, asked_by)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [id, childId, pair ?? null, reason.bytes, reason.keyId, reviewOn, askedBy],
    )
  }

  async request(sql: Sql, id: string): Promise<SealRequest | undefined> {
    const [row] = await sql.query<{
      id: string
      child_id: string
      pair: string | null
      reason: Buffer
      reason_key_id: string
      review_on: string
      asked_by: string
    }>(
      `select id, child_id, pair, reason, reason_key_id, review_on::text as review_on, asked_by
         from identity.seal_request where id = $1`,
      [id],
    )
    if (!row) return undefined
    return {
      ...{ id: row.id, childId: row.child_id, reviewOn: row.review_on, askedBy: row.asked_by },
      reason: { bytes: row.reason, keyId: row.reason_key_id },
      ...(row.pair !== null && { pair: row.pair }),
    }
  }

  /** Closes the child like any other, hides it, and takes away whatever would lead to it. */
  async close(tx: Sql, request: SealRequest, given: SealClosing): Promise<void> {
    const { id, childId, reason, reviewOn, askedBy } = request
    await tx.query(`update identity.link set valid_to = now() where child_id = $1 and valid_to is null`, [childId])
    await this.rename(tx, given.names)
    await tx.query(
      `update identity.record_version set profile_id = null where profile_id in (select id from identity.profile where child_id = $1)`,
      [childId],
    )
    await tx.query('delete from identity.profile where child_id = $1', [childId])
    await tx.query('delete from identity.identifier where child_id = $1', [childId])
    await tx.query(`update identity.child set status = 'withdrawn', version = version + 1 where id = $1`, [childId])
    await this.hide(tx, { id, childId, reason, reviewOn, setBy: `${askedBy}; ${given.approvedBy}` })
    await this.endQuestions(tx, childId)
    await tx.query(
      `insert into identity.closed_child (child_id, tell_at) values ($1, safeguarding.hub_now() + ${delay})`,
      [childId],
    )
    await tx.query('delete from identity.seal_request where id = $1', [id])
  }

  /** Children whose time to be told of has come, once: those that were closed, and those of whom nothing is asked any more. */
  async due(tx: Sql): Promise<readonly DueChild[]> {
    const rows = await tx.query<{ child_id: string; uci: string | null; is_closed: boolean }>(
      `with due as (delete from identity.closed_child where tell_at <= safeguarding.hub_now() returning child_id)
       select c.id as child_id, c.uci, c.status = 'withdrawn' as is_closed
         from due join identity.child c on c.id = due.child_id and c.joined_into is null`,
    )
    return rows.map(({ child_id, uci, is_closed }) => ({ childId: child_id, uci, isClosed: is_closed }))
  }

  /** It could not be told of now. */
  async putOff(tx: Sql, childId: string): Promise<void> {
    await tx.query(
      `insert into identity.closed_child (child_id, tell_at) values ($1, safeguarding.hub_now() + interval '1 hour')`,
      [childId],
    )
  }

  /**
   * Nobody is asked about a sealed child any more. Whoever may be another child as well is still asked about; a child of whom
   * nothing is left to ask becomes active after a delay of its own, so that nothing joins the two.
   */
  private async endQuestions(tx: Sql, childId: string): Promise<void> {
    await tx.query(
      `update identity.review set other_ids = array_remove(other_ids, $1), sides = null, state = 'open', round = round + 1,
              claimed_by = null, claimed_until = null, asked_until = null
        where state not in ('applied', 'withdrawn') and kind = 'possible-match' and child_id <> $1
          and other_ids @> array[$1]::uuid[] and cardinality(other_ids) > 1`,
      [childId],
    )
    await tx.query(
      `with gone as (
         update identity.review set state = 'withdrawn', claimed_by = null, claimed_until = null, asked_until = null, settled_at = now()
          where state not in ('applied', 'withdrawn') and (child_id = $1 or $1 = any(other_ids)) returning child_id)
       insert into identity.closed_child (child_id, tell_at)
       select c.id, safeguarding.hub_now() + ${delay} from identity.child c
        where c.id in (select child_id from gone) and c.status = 'provisional' on conflict do nothing`,
      [childId],
    )
  }

  /** A sealed child, by the seal. What was sealed with it is what it was linked to in that instant. */
  async sealed(sql: Sql, sealId: string): Promise<SealedChild | undefined> {
    const [row] = await sql.query<{
      child_id: string
      uci: string | null
      created_at: Date
      lift_asked_by: string | null
      records: readonly { id: string; link: string; name: string; source: string }[] | null
    }>(sealedChild, [sealId])
    if (!row) return undefined
    const records = (row.records ?? []).map(({ id, link, name, source }) => ({
      ...{ sourceRecordId: id, linkId: link, recordKey: name, source },
    }))
    return {
      ...{
        childId: row.child_id,
        status: 'withdrawn',
        createdAt: row.created_at,
        verified: 0,
        isProtected: true,
        records,
      },
      ...(row.uci !== null && { uci: row.uci }),
      ...(row.lift_asked_by !== null && { reversalAskedBy: row.lift_asked_by }),
    }
  }

  /**
   * Links the records to the child again, which lives, by the names that they had; one whose name another record took
   * meanwhile keeps the one it has.
   *
   * @returns whether anybody had been told that the child was closed
   */
  async restore(
    tx: Sql,
    { childId, records }: SealedChild,
    given: { readonly changeId: string; readonly names: readonly RecordName[] },
  ): Promise<boolean> {
    await this.rename(tx, given.names)
    await tx.query(
      `insert into identity.link (id, source_record_id, child_id, decision_id, change_id, replaces)
       select gen_random_uuid(), l.source_record_id, l.child_id, l.decision_id, $2, l.id
         from identity.link l where l.id = any($1::uuid[])`,
      [records.map(({ linkId }) => linkId), given.changeId],
    )
    await tx.query(
      `insert into identity.merge_check (child_id) values ($1)
       on conflict (child_id) do update set since = clock_timestamp(), profile_ids = '{}'`,
      [childId],
    )
    const untold = await tx.query('delete from identity.closed_child where child_id = $1 returning 1', [childId])
    return untold.length === 0
  }

  /** Makes records that would be found by these keys wait until this transaction ends; in the order of resolving. */
  async lock(tx: Sql, numbers: readonly string[]): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(k) from (select distinct unnest($1::bigint[]) as k order by 1) o', [
      numbers,
    ])
  }

  private async rename(tx: Sql, names: readonly RecordName[]): Promise<void> {
    await tx.query(
      `update identity.source_record s set record_key = k.key from unnest($1::uuid[], $2::bytea[]) as k (id, key)
        where s.id = k.id and not exists (select 1 from identity.source_record o where o.record_key = k.key)`,
      [names.map(({ id }) => id), names.map(({ name }) => Buffer.from(name, 'hex'))],
    )
  }

  private async hide(
    tx: Sql,
    given: { id: string; childId: string; reason: SealRequest['reason']; reviewOn: string; setBy: string },
  ): Promise<void> {
    const protectionId = given.id
    await tx.query(
      `insert into identity.protection (id, level, reason, reason_key_id, review_on, set_by) values ($1, 'existence-hidden', $2, $3, $4, $5)`,
      [protectionId, given.reason.bytes, given.reason.keyId, given.reviewOn, given.setBy],
    )
    await tx.query('insert into identity.protected_child (protection_id, child_id) values ($1, $2)', [
      protectionId,
      given.childId,
    ])
  }
}
