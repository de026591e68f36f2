import { Injectable } from '@nestjs/common'
import { randomBytes } from 'node:crypto'
import { Database, newId, type Sql } from '#libs/postgres'
import type { PublicJwk } from '#libs/security'

/** A sealing that waits for a second guardian. */
export interface SealRequest {
  readonly id: string
  readonly childId: string
  readonly pair?: string
  readonly reason: { readonly bytes: Buffer; readonly keyId: string }
  readonly reviewOn: string
  readonly askedBy: string
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
  async close(tx: Sql, { id, childId, reason, reviewOn, askedBy }: SealRequest, approvedBy: string): Promise<void> {
    const records = await tx.query<{ id: string }>(
      `update identity.link set valid_to = now() where child_id = $1 and valid_to is null returning source_record_id as id`,
      [childId],
    )
    await tx.query(
      `update identity.source_record s set record_key = k.key from unnest($1::uuid[], $2::bytea[]) as k (id, key) where s.id = k.id`,
      [records.map((record) => record.id), records.map(() => randomBytes(32))],
    )
    await tx.query(
      `update identity.record_version set profile_id = null where profile_id in (select id from identity.profile where child_id = $1)`,
      [childId],
    )
    await tx.query('delete from identity.profile where child_id = $1', [childId])
    await tx.query('delete from identity.identifier where child_id = $1', [childId])
    await tx.query(`update identity.child set status = 'withdrawn', version = version + 1 where id = $1`, [childId])
    await this.hide(tx, { childId, reason, reviewOn, setBy: `${askedBy}; ${approvedBy}` })
    await tx.query(
      `update identity.review set state = 'withdrawn', claimed_by = null, claimed_until = null, asked_until = null, settled_at = now()
        where state not in ('applied', 'withdrawn') and (child_id = $1 or $1 = any(other_ids))`,
      [childId],
    )
    await tx.query(
      `insert into identity.closed_child (child_id, tell_at) values ($1, safeguarding.hub_now() + ${delay})`,
      [childId],
    )
    await tx.query('delete from identity.seal_request where id = $1', [id])
  }

  /** Closed children whose time to be told of has come; they are told of once. */
  async due(tx: Sql): Promise<readonly { readonly childId: string; readonly uci: string | null }[]> {
    const rows = await tx.query<{ child_id: string; uci: string | null }>(
      `with due as (delete from identity.closed_child where tell_at <= safeguarding.hub_now() returning child_id)
       select c.id as child_id, c.uci from due join identity.child c on c.id = due.child_id`,
    )
    return rows.map(({ child_id, uci }) => ({ childId: child_id, uci }))
  }

  private async hide(
    tx: Sql,
    given: { childId: string; reason: SealRequest['reason']; reviewOn: string; setBy: string },
  ): Promise<void> {
    const protectionId = newId()
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
