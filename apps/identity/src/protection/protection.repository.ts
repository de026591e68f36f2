import { Injectable } from '@nestjs/common'
import type { Permit } from '#libs/policy'
import { Database, type Sql } from '#libs/postgres'
import { KeyRing, seal } from '#libs/security'

/** A protection to be set; the reason is sealed, since it is the most dangerous fact here. */
export interface NewProtection {
  readonly protectionId: string
  readonly level: 'location-hidden' | 'existence-hidden'
  readonly reason: string
  readonly reviewOn: string
  /** Client and person who set it. */
  readonly setBy: string
}

export type LiftOutcome = 'done' | 'unknown' | 'same-person' | 'not-asked'

const sealSubject = 'agency:waymark-hub'

@Injectable()
export class ProtectionRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  /** Seals a reason for one protection, before a transaction is open. */
  async seal(protectionId: string, reason: string): Promise<{ readonly bytes: Buffer; readonly keyId: string }> {
    const key = await this.keyRing.keyOf(sealSubject, 'content')
    return { bytes: seal(key, Buffer.from(reason, 'utf8'), protectionId), keyId: key.id }
  }

  /** Protects children; whatever rests on what was known of them is planned again. */
  async set(
    tx: Sql,
    protection: NewProtection & { readonly sealed: { readonly bytes: Buffer; readonly keyId: string } },
    childIds: readonly string[],
  ): Promise<void> {
    const { protectionId, level, sealed, reviewOn, setBy } = protection
    await tx.query(
      `insert into identity.protection (id, level, reason, reason_key_id, review_on, set_by) values ($1, $2, $3, $4, $5, $6)`,
      [protectionId, level, sealed.bytes, sealed.keyId, reviewOn, setBy],
    )
    await tx.query(
      'insert into identity.protected_child (protection_id, child_id) select $1, unnest($2::uuid[]) on conflict do nothing',
      [protectionId, childIds],
    )
    await tx.query('update identity.child set version = version + 1 where id = any($1::uuid[])', [childIds])
  }

  /** The first of two persons asks that a protection end. */
  async askToLift(tx: Sql, protectionId: string, by: string, reason: Buffer): Promise<LiftOutcome> {
    const rows = await tx.query(
      `update identity.protection set lift_asked_by = $2, lift_asked_at = now(), lift_reason = $3
        where id = $1 and lifted_at is null returning id`,
      [protectionId, by, reason],
    )
    return rows.length > 0 ? 'done' : 'unknown'
  }

  /** The second, who is another person, ends it. */
  async lift(tx: Sql, protectionId: string, by: string): Promise<LiftOutcome> {
    const [row] = await tx.query<{ lift_asked_by: string | null }>(
      'select lift_asked_by from identity.protection where id = $1 and lifted_at is null for update',
      [protectionId],
    )
    if (!row) return 'unknown'
    if (row.lift_asked_by === null) return 'not-asked'
    if (row.lift_asked_by === by) return 'same-person'
    await tx.query('update identity.protection set lifted_by = $2, lifted_at = now() where id = $1', [protectionId, by])
    await tx.query(
      `update identity.child set version = version + 1
        where id in (select child_id from identity.protected_child where protection_id = $1)`,
      [protectionId],
    )
    return 'done'
  }

  /** The children a protection covers, for the access records of changing it. A seal is no protection that is lifted so. */
  async childrenOf(asked: {
    readonly protectionId: string
    readonly permit: Permit<'liftProtection'>
  }): Promise<readonly string[]> {
    const rows = await this.database.query<{ child_id: string }>(
      `select child_id from identity.protected_child where protection_id = $1 and not exists (
         select 1 from identity.protected_child d join identity.child c on c.id = d.child_id
          where d.protection_id = $1 and not d.is_inherited and c.status = 'withdrawn' and c.joined_into is null)
        order by child_id`,
      [asked.protectionId],
    )
    return rows.map(({ child_id }) => child_id)
  }
}
