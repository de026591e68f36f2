import { Injectable } from '@nestjs/common'
import {
  addedVariants,
  readNamePair,
  type AddedVariants,
  type MinedVariant,
  type NamePair,
  type NamePart,
} from '#libs/matching'
import { Database, newId, type Sql } from '#libs/postgres'
import { namedFirst, type NameVariant, type VariantOrigin, type VariantState } from './name-variant.js'

interface Row {
  readonly id: string
  readonly part: NamePart
  readonly one: string
  readonly other: string
  readonly state: VariantState
  readonly origin: VariantOrigin
  readonly children: number | null
  readonly lift: number | null
  readonly proposed_at: Date
  readonly proposed_by: string | null
  readonly decided_at: Date | null
}

/** A person's word on a pair. */
export interface VariantWord {
  /** Its own id, under which the reason is sealed. */
  readonly id: string
  readonly step: VariantState
  readonly by: string
  readonly reason: { readonly bytes: Buffer; readonly keyId: string }
}

const variants = `
select v.id, v.part, v.one, v.other, v.state, v.origin, v.children, v.lift, v.proposed_at,
       (select s.by_person from identity.name_variant_step s where s.variant_id = v.id and s.step = 'proposed'
         order by s.at desc limit 1) as proposed_by,
       (select s.at from identity.name_variant_step s where s.variant_id = v.id and s.step = v.state and v.state <> 'proposed'
         order by s.at desc limit 1) as decided_at
  from identity.name_variant v`

/** Lists are read by what a person named first, then by the children behind a pair. */
const rank = `coalesce(v.children, ${namedFirst})`
/** One that mines for longer has ended without saying so. */
const miningAtMost = "interval '3 hours'"

/** The steward's table of names that are forms of one. */
@Injectable()
export class NameVariantRepository {
  constructor(private readonly database: Database) {}

  async page(asked: {
    readonly state?: VariantState
    readonly after?: { readonly rank: number; readonly id: string }
    readonly limit: number
  }): Promise<readonly NameVariant[]> {
    const { state, after, limit } = asked
    const rows = await this.database.query<Row>(
      `${variants} where ($1::text is null or v.state = $1)
          and ($2::integer is null or ${rank} < $2 or (${rank} = $2 and v.id > $3::uuid))
        order by ${rank} desc, v.id limit $4`,
      [state ?? null, after?.rank ?? null, after?.id ?? null, limit],
    )
    return rows.map(variantFrom)
  }

  /**
   * What a model that is made now takes for forms of one: in the matching form of this program, which may be a newer one than the
   * table's, and without what all models have come to know since.
   */
  async accepted(): Promise<AddedVariants | undefined> {
    const rows = await this.database.query<Row>(
      `select part, one, other from identity.name_variant where state = 'accepted'`,
    )
    return addedVariants(
      rows.flatMap(({ part, one, other }) => {
        const read = readNamePair(part, [one, other])
        return read.ok ? [{ part, pair: read.pair }] : []
      }),
    )
  }

  async find(sql: Sql, id: string): Promise<NameVariant | undefined> {
    const [row] = await sql.query<Row>(`${variants} where v.id = $1`, [id])
    return row && variantFrom(row)
  }

  /** Holds a pair until the transaction ends, if it is on the table. */
  async hold(sql: Sql, id: string): Promise<NameVariant | undefined> {
    await sql.query('select id from identity.name_variant where id = $1 for update', [id])
    return this.find(sql, id)
  }

  /** Puts a pair on the table, or finds it there, and holds it; `isNew` unless it was there. */
  async put(
    tx: Sql,
    { part, pair: [one, other] }: { readonly part: NamePart; readonly pair: NamePair },
  ): Promise<{ readonly variant: NameVariant; readonly isNew: boolean }> {
    const inserted = await tx.query<{ id: string }>(
      `insert into identity.name_variant (id, part, one, other, origin) values ($1, $2, $3, $4, 'steward')
       on conflict (part, one, other) do nothing returning id`,
      [newId(), part, one, other],
    )
    const [row] = await tx.query<{ id: string }>(
      'select id from identity.name_variant where part = $1 and one = $2 and other = $3 for update',
      [part, one, other],
    )
    const variant = row && (await this.find(tx, row.id))
    if (!variant) throw new Error('A pair that was put on the table is not there')
    return { variant, isNew: inserted.length > 0 }
  }

  /** Says where a pair stands from now on, by whose word; proposed anew it is a steward's, whoever found it. */
  async move(tx: Sql, variantId: string, { id, step, by, reason }: VariantWord): Promise<void> {
    await tx.query(
      step === 'proposed'
        ? `update identity.name_variant set state = $2, origin = 'steward', children = null, lift = null, proposed_at = now() where id = $1`
        : 'update identity.name_variant set state = $2 where id = $1',
      [variantId, step],
    )
    await tx.query(
      `insert into identity.name_variant_step (id, variant_id, step, by_person, reason, reason_key_id) values ($1, $2, $3, $4, $5, $6)`,
      [id, variantId, step, by, reason.bytes, reason.keyId],
    )
  }

  /**
   * Keeps what was found among all children: pairs that are new are proposed, those that wait get their counts of now, and those
   * that fewer children say than may be told are taken away. What a person settled or named stays as it is; the same twice is
   * the same once.
   *
   * @returns how many wait that did not
   */
  async keepMined(found: readonly MinedVariant[]): Promise<number> {
    const rows = found.map(({ part, pair: [one, other], basis, children, lift }) => ({
      ...{ id: newId(), part, one, other, children, lift },
      origin: basis === 'numbers' ? 'mined' : 'reviewed',
    }))
    return this.database.transaction(async (tx) => {
      await tx.query('select from identity.variant_mining for update') // of two that end at once, one after the other
      await tx.query(
        `delete from identity.name_variant v where v.state = 'proposed' and v.origin <> 'steward' and not exists (
           select from jsonb_to_recordset($1::jsonb) as x (part text, one text, other text)
            where x.part = v.part and x.one = v.one and x.other = v.other)`,
        [JSON.stringify(rows)],
      )
      const kept = await tx.query<{ is_new: boolean }>(
        `insert into identity.name_variant as v (id, part, one, other, origin, children, lift)
         select x.id, x.part, x.one, x.other, x.origin, x.children, x.lift from jsonb_to_recordset($1::jsonb)
             as x (id uuid, part text, one text, other text, origin text, children integer, lift real)
         on conflict (part, one, other) do update
            set origin = excluded.origin, children = excluded.children, lift = excluded.lift
          where v.state = 'proposed' and v.origin <> 'steward'
         returning xmax = 0 as is_new`,
        [JSON.stringify(rows)],
      )
      return kept.filter(({ is_new }) => is_new).length
    })
  }

  /**
   * Takes the looking-through of all names on, unless another replica is at it.
   *
   * @param restedHours - and unless it ended less long ago
   */
  async beginMining(restedHours: number): Promise<boolean> {
    const rows = await this.database.query(
      `update identity.variant_mining set begun_at = now(), ended_at = null
        where begun_at is null or (ended_at is null and begun_at < now() - ${miningAtMost})
           or ended_at <= now() - make_interval(hours => $1) returning begun_at`,
      [restedHours],
    )
    return rows.length > 0
  }

  /** @param hasMined - one that failed may be begun again at once */
  async endMining(hasMined: boolean): Promise<void> {
    await this.database.query(
      'update identity.variant_mining set ended_at = now(), begun_at = case when $1 then begun_at end',
      [hasMined],
    )
  }
}

function variantFrom(row: Row): NameVariant {
  return {
    ...{ id: row.id, part: row.part, pair: [row.one, row.other], state: row.state, origin: row.origin },
    proposedAt: row.proposed_at,
    ...(row.children !== null && { children: row.children }),
    ...(row.lift !== null && { lift: row.lift }),
    ...(row.proposed_by !== null && { proposedBy: row.proposed_by }),
    ...(row.decided_at && { decidedAt: row.decided_at }),
  }
}
