import { fullType, type RoutedEvent } from '#libs/events'
import { partitionOf } from '#libs/kafka'
import { newId } from '#libs/postgres'
import { laneOf, seal, type Caller, type KeyRing, type ProgramKeys } from '#libs/security'
import { newTraceparent, Problem, readBodies, type Door } from '#libs/service'

export const amina = { childId: '019a0000-0000-7000-8000-00000000000a', uci: '99MJYZXT0T' }

const agencies = [
  ['larkhill-primary', 'school', '{primary}', 'urn:waymark:gias-urn', '999901', '{E06000998}'],
  ['st-brannocs-primary', 'school', '{primary}', 'urn:waymark:gias-urn', '999902', '{E06000999}'],
  ['northbridge-council', 'council', '{}', 'urn:waymark:gss', 'E06000998', '{E06000998}'],
  ['vale-police', 'police', '{}', 'urn:waymark:gss', 'E23000099', '{E06000998}'],
  ['waymark-hub', 'hub', '{}', 'urn:waymark:agency', 'waymark-hub', '{}'],
]
const basis = { gateways: ['CA2004-16LA'], article6: 'A6C', article9: 'A9G' }
const values = (rows: readonly (readonly string[])[]) =>
  rows.map((row) => `(${row.map((text) => `'${text}'`).join(', ')})`).join(', ')

/** What this program sees of the others, in the form that they grant it. */
export const neighbours = [
  `create table auth.agency_v (agency_id text, kind text, services text[], organisation_system text, organisation_value text,
    areas text[], name text default 'An agency', status text default 'active', phone text default '01632 960110',
    out_of_hours_phone text default '01632 960118')`,
  `insert into auth.agency_v values ${values(agencies)}`,
  'create table identity.child_v (child_id uuid, uci text, status text)',
  `insert into identity.child_v values ${values([[amina.childId, amina.uci, 'active']])}`,
  'create table identity.joined (child_id uuid, into_child_id uuid)',
  `create function identity.joined_children(asked uuid[]) returns table (child_id uuid, into_child_id uuid) language sql
    security definer as $$ select j.child_id, j.into_child_id from identity.joined j where j.child_id = any(asked) $$`,
  'create table identity.protection_v (child_id uuid, level text)',
  `create function identity.child_of_uci(asked text) returns table (child_id uuid, uci text, status text) language sql
    security definer as $$ select c.child_id, c.uci, c.status from identity.child_v c where c.uci = asked $$`,
  'create table exchange.party_v (child_id uuid, agency_id text)',
  `create table exchange.agreement_v as select 'dsa-' || agency_id as agreement_id, 1 as version, agency_id,
     '${JSON.stringify({ purposes: { 'safeguard-child': basis } })}'::jsonb as body, now() - interval '1 day' as valid_from,
     null::timestamptz as valid_until, null::timestamptz as ended_at from auth.agency_v`,
  'create table exchange.on_its_way_v (event_id uuid, since timestamptz)',
  'create table exchange.inbox_seen (event_id uuid)',
  'create table audit.inbox_seen (event_id uuid)',
  ...['auth', 'identity', 'exchange', 'audit'].map(
    (schema) => `grant select on all tables in schema ${schema} to waymark_safeguarding`,
  ),
]

/** Lets a test say who asks; the signed door has its own specs. */
export const door: Door = {
  badAddress: new Problem('MALFORMED'),
  install(server) {
    readBodies(server)
    server.addHook('preHandler', (request, _, done) => {
      request.caller = JSON.parse(String(request.headers['x-caller'])) as Caller
      done()
    })
  },
}

/** An event as somebody posted it, and what is otherwise than usual on its way. */
export interface Said {
  readonly agencyId: string
  readonly type: string
  readonly body: object
  readonly child: { readonly childId: string; readonly uci: string }
  readonly more?: Partial<RoutedEvent>
}

/** Puts events into words as exchange does for the topic, each child's in order. */
export class ExchangeUnderTest {
  private readonly seqs = new Map<string, number>()

  constructor(
    private readonly keys: ProgramKeys,
    private readonly keyRing: Pick<KeyRing, 'keyOf'>,
  ) {}

  async messagesOf(said: readonly Said[]) {
    const messages = []
    for (const one of said) messages.push(await this.messageOf(one))
    return messages
  }

  private async messageOf({ agencyId, type, body, child, more = {} }: Said) {
    const eventId = more.eventId ?? newId()
    const seq = (this.seqs.get(child.childId) ?? 0) + 1
    this.seqs.set(child.childId, seq)
    const event = {
      ...{
        specversion: '1.0',
        id: eventId,
        source: `urn:waymark:agency:${agencyId}`,
        type: fullType(type),
        time: '2026-11-20T15:04:00Z',
      },
      data: { occurredAt: '2026-11-20T15:04:00Z', urgency: 'U2', child: {}, sharingBasis: {}, body },
    }
    const known = { ...child, status: 'active', identifiers: [] }
    const routed = { v: 1, eventId, agencyId, child: known, event, ...more }
    const key = await this.keyRing.keyOf(`child:${child.childId}`, 'content')
    const lane = laneOf(this.keys, child.childId)
    const headers = { 'event-id': eventId, seq: String(seq), 'key-id': key.id, v: '1', traceparent: newTraceparent() }
    const value = seal(key, Buffer.from(JSON.stringify(routed)), eventId)
    return { topic: 'waymark.record-events.v1', partition: partitionOf(lane, 24), key: lane, value, headers }
  }
}
