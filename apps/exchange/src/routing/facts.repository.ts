import { shortType, type RoutedEvent } from '#libs/events'
import { involvementKinds, type InvolvementKind, type Protection } from '#libs/policy'
import type { Sql } from '#libs/postgres'
import { referredBy } from '../ingest/find-reference.js'
import type { Restraint } from '../ingest/restraint.js'
import { isHandoverWord } from './broken-contract.js'
import type { Facts, Holding, Involvement } from './child-facts.js'

/** Facts about some events, all of one instant. */
export interface FactsAt {
  /** One an event, in order. */
  readonly facts: readonly Facts[]
  /** The sender's agreement that each event rests on. */
  readonly agreementIds: readonly (string | undefined)[]
  readonly nowMs: number
  /** The hub's clock, which a demonstration may move ahead. */
  readonly hubNowMs: number
}

interface FactsRow {
  readonly basis_version: number | null
  readonly withdrawn_because: Facts['withdrawnBecause'] | null
  readonly agreement_id: string | null
  readonly involvements: readonly [string, string, number, number | null][]
  readonly protection: Protection | null
  readonly status: string | null
  readonly restraints: readonly Restraint[]
  readonly holdings: readonly [string, boolean, boolean][] | null
  readonly told_holdings: readonly [string, boolean, boolean][] | null
  readonly referred_sender: string | null
  readonly handover: readonly [string, string | null] | null
  readonly is_confirmed: boolean
  readonly now_ms: number
  readonly hub_now_ms: number
}

const select = (handover: string, isConfirmed: string) => `
select e.basis_version, e.withdrawn_because, e.agreement_id,
  coalesce((select jsonb_agg(jsonb_build_array(i.agency_id, i.kind, date_part('epoch', i.since) * 1000, date_part('epoch', i.until) * 1000))
     from (select distinct agency_id, kind, since, until from safeguarding.involvement_v where child_id = q.child) i), '[]') as involvements,
  (select p.level from identity.protection_v p where p.child_id = q.child) as protection,
  (select c.status from identity.child_v c where c.child_id = q.child) as status,
  (select coalesce(jsonb_agg(r.restraint order by r.event_id), '[]') from exchange.event r
    where r.restraint is not null and r.child = q.child and r.source = q.source and r.withdrawn_because is null
      and (r.restraint->>'eventId' is null or r.restraint->>'eventId' = q.event_id::text)) as restraints,
  case when q.refers is not null then (
    select jsonb_agg(jsonb_build_array(d.recipient, d.first_sent_at is not null, d.copy is not null) order by d.recipient, d.sequence)
      from exchange.delivery d where d.about = q.refers and d.withdraws is null) end as holdings,
  case when q.refers is not null then (
    select jsonb_agg(jsonb_build_array(h.recipient, h.is_sent, h.is_copy) order by h.recipient) from (
      select d.recipient, d.first_sent_at is not null as is_sent, d.copy is not null as is_copy
        from exchange.delivery d left join exchange.told_decision t using (decision_id)
       where d.about = q.refers and d.withdraws is null and coalesce(t.outcome, 'PERMIT') = 'PERMIT'
      union all
      -- Of what was never there it is taken that it was sent.
      select c.recipient, true, true from exchange.decision c join exchange.told_decision t using (decision_id)
       where c.event_id = q.refers and c.outcome <> 'PERMIT' and t.outcome = 'PERMIT' and c.recipient <> 'waymark-hub') h) end as told_holdings,
  case when q.refers is not null then (select r.source from exchange.event r where r.event_id = q.refers) end as referred_sender,
  ${handover} as handover, ${isConfirmed} as is_confirmed,
  (select date_part('epoch', clock_timestamp()) * 1000) as now_ms,
  (select date_part('epoch', safeguarding.hub_now()) * 1000) as hub_now_ms
  from unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::uuid[]) with ordinality as q (event_id, source, child, refers, handover, ord)
  left join lateral (select basis_version, withdrawn_because, agreement_id from exchange.event
                      where event_id = q.event_id and source = q.source limit 1) e on true
 order by q.ord`

const withoutHandovers = select('null::jsonb', 'false')
const withHandovers = select(
  `(
    select jsonb_build_array(h.opened_by, h.council) from safeguarding.handover_v h
     where h.handover_id = q.handover and exists (
       select from safeguarding.handover_word_v w where w.handover_id = h.handover_id and w.event_id = q.event_id))`,
  `exists (
    select from safeguarding.handover_v h join exchange.event c on c.event_id = h.closed_by_event_id
     where h.handover_id = q.handover and h.child_id = q.child and h.state = 'confirmed' and c.source = q.source)`,
)

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The earlier event that an event is about, if its type names one. */
export function referredEvent({ event }: Pick<RoutedEvent, 'event'>): string | undefined {
  const isReferral = shortType(event.type) === 'council.referral.decided'
  return idIn(isReferral ? event.data.body['referralRef'] : referredBy(event))
}

function handoverOf({ event }: Pick<RoutedEvent, 'event'>): string | undefined {
  return isHandoverWord({ event }) ? idIn(event.data.body['handoverId']) : undefined
}

/** An id of ours as it is kept; senders may write it in capitals. */
function idIn(value: unknown): string | undefined {
  const id = typeof value === 'string' ? value.toLowerCase() : ''
  return uuid.test(id) ? id : undefined
}

/** What facts are asked about: an event, its child, and what it refers to. */
export interface FactSubject {
  readonly eventId: string
  /** Who posted it. */
  readonly source: string
  readonly childId?: string
  readonly refers?: string
  readonly handoverId?: string
}

/** What must be known to route an event. */
export function subjectOf(event: RoutedEvent): FactSubject {
  const refers = referredEvent(event)
  const handoverId = handoverOf(event)
  return {
    eventId: event.eventId,
    source: event.agencyId,
    ...(event.child && { childId: event.child.childId }),
    ...(refers !== undefined && { refers }),
    ...(handoverId !== undefined && { handoverId }),
  }
}

/** What is known of events, their children and what they refer to. */
export class FactsRepository {
  async load(sql: Sql, subjects: readonly FactSubject[]): Promise<FactsAt> {
    const isHandover = subjects.some(({ handoverId }) => handoverId !== undefined)
    const rows = await sql.query<FactsRow>(isHandover ? withHandovers : withoutHandovers, [
      subjects.map(({ eventId }) => eventId),
      subjects.map(({ source }) => source),
      subjects.map(({ childId }) => childId ?? null),
      subjects.map(({ refers }) => refers ?? null),
      subjects.map(({ handoverId }) => handoverId ?? null),
    ])
    return {
      facts: rows.map(factsFrom),
      agreementIds: rows.map(({ agreement_id }) => agreement_id ?? undefined),
      nowMs: Math.floor(rows[0]?.now_ms ?? 0),
      hubNowMs: Math.floor(rows[0]?.hub_now_ms ?? 0),
    }
  }
}

function factsFrom(row: FactsRow): Facts {
  return {
    involvements: row.involvements.flatMap(involvementFrom),
    protection: row.protection ?? 'none',
    isProvisional: row.status === 'provisional',
    basisVersion: row.basis_version ?? 1,
    restraints: row.restraints,
    holdings: holdingsFrom(row.holdings),
    toldHoldings: holdingsFrom(row.told_holdings),
    ...(row.withdrawn_because && { withdrawnBecause: row.withdrawn_because }),
    ...(row.referred_sender !== null && { referredSender: row.referred_sender }),
    ...(row.handover && {
      handover: { openedBy: row.handover[0], ...(row.handover[1] !== null && { council: row.handover[1] }) },
    }),
    isConfirmedBySender: row.is_confirmed,
  }
}

/** A kind this program does not know entitles nobody. */
function involvementFrom([agencyId, kind, sinceMs, untilMs]: FactsRow['involvements'][number]): readonly Involvement[] {
  if (!isKind(kind)) return []
  return [{ agencyId, kind, sinceMs: Math.floor(sinceMs), ...(untilMs !== null && { untilMs: Math.floor(untilMs) }) }]
}

function isKind(kind: string): kind is InvolvementKind {
  return (involvementKinds as readonly string[]).includes(kind)
}

function holdingsFrom(rows: FactsRow['holdings']): readonly Holding[] {
  return (rows ?? []).map(([recipient, isSent, isCopy]) => ({ recipient, isSent, isCopy }))
}
