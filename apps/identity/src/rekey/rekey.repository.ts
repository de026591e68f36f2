import { Injectable } from '@nestjs/common'
import type { Permit } from '#libs/policy'
import { Database, newId, type Sql } from '#libs/postgres'
import type { NewRekey, RekeyTimes } from './rekey.js'

/** An item of a holder's worklist. */
export interface RekeyItem extends RekeyTimes {
  readonly id: string
  readonly changeId: string
  readonly kind: string
  readonly holder: string
  readonly oldUci: string
  readonly newUci: string
  readonly openedAt: Date
}

/** How far holders are with one change. */
export interface RekeyProgress {
  readonly changeId: string
  readonly kind: string
  readonly madeAt: Date
  readonly items: number
  readonly confirmed: number
  readonly overdue: number
  readonly waitingFor: readonly string[]
}

interface ItemRow {
  readonly id: string
  readonly change_id: string
  readonly kind: string
  readonly holder: string
  readonly old_uci: string
  readonly new_uci: string
  readonly opened_at: Date
  readonly due_at: Date
  readonly sent_at: Date | null
  readonly confirmed_at: Date | null
}

const parties = `
select p.child_id, p.agency_id from exchange.party_v p where p.child_id = any($1::uuid[])
union select i.child_id, i.agency_id from safeguarding.involvement_v i
 where i.child_id = any($1::uuid[]) and (i.until is null or i.until > now())`

/** The end of the fifth working day of England after today, on the hub's clock. */
const insert = `
with clock as (select safeguarding.hub_now() as now),
due as (
  select ((d.day + 1)::timestamp at time zone 'Europe/London') as at
    from clock cross join lateral (
      select g.day::date as day from generate_series((clock.now at time zone 'Europe/London')::date + 1,
                                                     (clock.now at time zone 'Europe/London')::date + 40, interval '1 day') g (day)
       where extract(isodow from g.day) < 6
         and not exists (select 1 from safeguarding.bank_holiday_v h where g.day::date between h.first_day and h.last_day)
       order by g.day offset 4 limit 1) d)
insert into identity.rekey_item (id, change_id, holder, source_record_id, old_uci, new_uci, opened_at, due_at)
select i.id, $1, i.holder, i.record, i.old_uci, i.new_uci, clock.now, due.at
  from unnest($2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[]) as i (id, holder, record, old_uci, new_uci), clock, due
on conflict do nothing`

const columns = `i.id, i.change_id, c.kind, i.holder, i.old_uci, i.new_uci, i.opened_at, i.due_at, i.sent_at, i.confirmed_at`

/** Reading one's worklist is being sent it. */
const page = `
with shown as (
  select id from identity.rekey_item where holder = $1 and ($2::uuid is null or id > $2)
     and ($4 or confirmed_at is null) order by id limit $3),
seen as (
  update identity.rekey_item i set sent_at = coalesce(i.sent_at, safeguarding.hub_now()) from shown where i.id = shown.id returning i.*)
select ${columns} from seen i join identity.change c on c.id = i.change_id order by i.id`

const confirm = `
update identity.rekey_item i
   set confirmed_at = coalesce(i.confirmed_at, safeguarding.hub_now()), confirmed_by = coalesce(i.confirmed_by, $3),
       sent_at = coalesce(i.sent_at, safeguarding.hub_now())
  from identity.change c where c.id = i.change_id and i.id = $1 and i.holder = $2 returning ${columns}`

const progress = `
select c.id, c.kind, c.made_at, count(*)::int as items, count(i.confirmed_at)::int as confirmed,
       (count(*) filter (where i.confirmed_at is null and i.due_at < safeguarding.hub_now()))::int as overdue,
       coalesce(array_agg(distinct i.holder order by i.holder) filter (where i.confirmed_at is null), '{}') as waiting_for
  from identity.change c join identity.rekey_item i on i.change_id = c.id
 where ($1::uuid is null or c.id < $1)
 group by c.id having $3 or count(*) > count(i.confirmed_at) order by c.id desc limit $2`

const questions = `
select distinct r.id, c.uci, r.asked_until from identity.review r
 cross join lateral jsonb_array_elements(r.sides) side
 cross join lateral jsonb_array_elements_text(side -> 'records') record
  join identity.source_record s on s.id = record::uuid and s.source = $1
  join identity.link l on l.source_record_id = s.id and l.valid_to is null
  join identity.child c on c.id = l.child_id and c.uci is not null
 where r.state = 'asked' and r.kind <> 'guardian'
   and not exists (select 1 from identity.protection_v v where v.child_id = c.id)
 order by r.id limit 100`

/** What an agency is asked about a record of its own: who it is of. */
export interface RecordQuestion {
  readonly id: string
  readonly uci: string
  readonly askedUntil: Date
}

/** What holders have to write anew. */
@Injectable()
export class RekeyRepository {
  constructor(private readonly database: Database) {}

  /** Which agencies were told of each child, or work with it. */
  async parties(childIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
    const rows = await this.database.query<{ child_id: string; agency_id: string }>(parties, [childIds])
    const found = new Map<string, string[]>()
    for (const { child_id, agency_id } of rows) {
      if (agency_id !== 'waymark-hub') found.set(child_id, [...(found.get(child_id) ?? []), agency_id])
    }
    return found
  }

  async add(tx: Sql, changeId: string, items: readonly NewRekey[]): Promise<void> {
    if (items.length === 0) return
    await tx.query(insert, [
      changeId,
      items.map(() => newId()),
      items.map(({ holder }) => holder),
      items.map(({ sourceRecordId }) => sourceRecordId ?? null),
      items.map(({ oldUci }) => oldUci),
      items.map(({ newUci }) => newUci),
    ])
  }

  /** What a change that is taken back left undone is to be done no more. */
  async forget(tx: Sql, changeId: string): Promise<void> {
    await tx.query(
      `update identity.rekey_item set confirmed_at = safeguarding.hub_now(), confirmed_by = 'taken back'
        where change_id = $1 and confirmed_at is null`,
      [changeId],
    )
  }

  /** What the agency was asked and has not answered; sending the record again is the answer. */
  async questionsFor(tx: Sql, { agencyId }: Permit<'confirmRekey'>): Promise<readonly RecordQuestion[]> {
    const rows = await tx.query<{ id: string; uci: string; asked_until: Date }>(questions, [agencyId])
    return rows.map(({ id, uci, asked_until }) => ({ id, uci, askedUntil: asked_until }))
  }

  /** A page of a holder's items, oldest first; unless all are asked for, those not yet confirmed. */
  async ofHolder(
    tx: Sql,
    asked: {
      readonly permit: Permit<'confirmRekey'>
      readonly after?: string
      readonly limit: number
      readonly isAll: boolean
    },
  ): Promise<readonly RekeyItem[]> {
    const { permit, after, limit, isAll } = asked
    return (await tx.query<ItemRow>(page, [permit.agencyId, after ?? null, limit, isAll])).map(itemFrom)
  }

  /** @returns `undefined` where the item is another's, or there is none */
  async confirm(
    tx: Sql,
    asked: { readonly id: string; readonly permit: Permit<'confirmRekey'>; readonly by: string },
  ): Promise<RekeyItem | undefined> {
    const [row] = await tx.query<ItemRow>(confirm, [asked.id, asked.permit.agencyId, asked.by])
    return row && itemFrom(row)
  }

  /** Changes by how far their holders are, newest first; a change is finished when every holder has confirmed. */
  async progress(page: {
    readonly after?: string
    readonly limit: number
    readonly isAll: boolean
  }): Promise<readonly RekeyProgress[]> {
    const rows = await this.database.query<{
      id: string
      kind: string
      made_at: Date
      items: number
      confirmed: number
      overdue: number
      waiting_for: readonly string[]
    }>(progress, [page.after ?? null, page.limit, page.isAll])
    return rows.map(({ id, kind, made_at, items, confirmed, overdue, waiting_for }) => ({
      ...{ changeId: id, kind, madeAt: made_at, items, confirmed, overdue, waitingFor: waiting_for },
    }))
  }

  /** The hub's clock, which a demonstration may move ahead. */
  async hubNow(): Promise<Date> {
    const [row] = await this.database.query<{ now: Date }>('select safeguarding.hub_now() as now')
    if (!row) throw new Error('One row was asked for and none came')
    return row.now
  }
}

function itemFrom(row: ItemRow): RekeyItem {
  return {
    ...{ id: row.id, changeId: row.change_id, kind: row.kind, holder: row.holder },
    ...{ oldUci: row.old_uci, newUci: row.new_uci, openedAt: row.opened_at, dueAt: row.due_at },
    ...(row.sent_at && { sentAt: row.sent_at }),
    ...(row.confirmed_at && { confirmedAt: row.confirmed_at }),
  }
}
