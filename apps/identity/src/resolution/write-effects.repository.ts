import type { OutboxMessage, Sql } from '#libs/postgres'
import { newId } from '#libs/postgres'
import type { SealedEffects } from './seal-effects.js'

/**
 * One statement for all tables: foreign keys are checked at its end. Only links ask whether their child is there when they
 * are inserted, so they wait for the children. Sealed bytes travel beside the rows, one after another in one parameter; a row
 * says where its own begin, counted from 1, and how many they are.
 */
const statement = `
with new_child as (
  insert into identity.child (id, uci, status, core, core_key_id, core_recorded_at)
  select id, uci, status, substr($13::bytea, core_at[1], core_at[2]), core_key_id, core_recorded_at from json_to_recordset($1::json)
    as x (id uuid, uci text, status text, core_at int[], core_key_id uuid, core_recorded_at timestamptz)
  returning 1),
changed as (
  update identity.child c
     set uci = coalesce(x.uci, c.uci), status = coalesce(x.status, c.status), version = c.version + x.bump,
         core = case when x.is_newest then x.core else c.core end,
         core_key_id = case when x.is_newest then x.core_key_id else c.core_key_id end,
         core_recorded_at = case when x.is_newest then x.core_recorded_at else c.core_recorded_at end
    from (select k.*, substr($13::bytea, k.core_at[1], k.core_at[2]) as core, o.place, k.core_at is not null and (o.core_recorded_at is null or o.core_recorded_at <= k.core_recorded_at) as is_newest
            from json_to_recordset($2::json) as k (id uuid, uci text, status text, bump integer, core_at int[], core_key_id uuid,
                                                   core_recorded_at timestamptz)
           cross join lateral (select d.ctid as place, d.core_recorded_at from identity.child d where d.id = k.id limit 1) o) x
   where c.ctid = x.place),
new_decision as (
  insert into identity.decision (id, outcome, explanation, inputs, signature)
  select id, outcome, explanation, inputs, signature from json_to_recordset($3::json)
    as x (id uuid, outcome text, explanation jsonb, inputs jsonb, signature text)),
new_record as (
  insert into identity.source_record (id, record_key, source, content_hash, recorded_at)
  select id, record_key, source, content_hash, recorded_at from json_to_recordset($4::json)
    as x (id uuid, record_key bytea, source text, content_hash bytea, recorded_at timestamptz)),
newer_record as (
  update identity.source_record s set content_hash = x.content_hash, recorded_at = x.recorded_at
    from json_to_recordset($5::json) as x (id uuid, content_hash bytea, recorded_at timestamptz)
   cross join lateral (select r.ctid as place from identity.source_record r where r.id = x.id limit 1) o
   where s.ctid = o.place),
new_link as (
  insert into identity.link (id, source_record_id, child_id, decision_id)
  select id, source_record_id, child_id, decision_id from json_to_recordset($6::json)
    as x (id uuid, source_record_id uuid, child_id uuid, decision_id uuid)
   where (select count(*) from new_child) is not null),
new_profile as (
  insert into identity.profile (id, child_id, digest, normaliser, sealed, key_id)
  select id, child_id, digest, normaliser, substr($13::bytea, sealed_at[1], sealed_at[2]), key_id from json_to_recordset($7::json)
    as x (id uuid, child_id uuid, digest bytea, normaliser text, sealed_at int[], key_id uuid)),
new_key as (
  insert into identity.block_key (key, profile_id)
  select k::bigint, x.id from json_to_recordset($7::json) as x (id uuid, keys json), json_array_elements_text(x.keys) as k),
new_version as (
  insert into identity.record_version (source_record_id, content_hash, recorded_at, is_event, sealed, key_id, profile_id, decision_id)
  select source_record_id, content_hash, recorded_at, is_event, substr($13::bytea, sealed_at[1], sealed_at[2]), key_id, profile_id, decision_id
    from json_to_recordset($8::json) as x (source_record_id uuid, content_hash bytea, recorded_at timestamptz, is_event boolean,
                                           sealed_at int[], key_id uuid, profile_id uuid, decision_id uuid)),
restated as (
  update identity.identifier i
     set verified_by = coalesce(i.verified_by, x.verified_by),
         verified_at = coalesce(i.verified_at, case when x.verified_by is null then null else now() end),
         status = case when x.status = 'current' then i.status else x.status end
    from json_to_recordset($9::json) as x (child_id uuid, blind_index bytea, status text, verified_by text)
   cross join lateral (select d.ctid as place from identity.identifier d
                        where d.child_id = x.child_id and d.blind_index = x.blind_index offset 0) o
   where i.ctid = o.place and ((i.verified_by is null and x.verified_by is not null) or (x.status <> 'current' and i.status <> x.status))),
new_identifier as (
  insert into identity.identifier (id, child_id, system, blind_index, sealed, key_id, status, verified_by, verified_at)
  select id, child_id, system, blind_index, substr($13::bytea, sealed_at[1], sealed_at[2]), key_id, status, verified_by,
         case when verified_by is null then null else now() end
    from json_to_recordset($9::json) as x (id uuid, child_id uuid, system text, blind_index bytea, sealed_at int[], key_id uuid,
                                           status text, verified_by text)
  on conflict (child_id, system, blind_index) do nothing),
new_review as (
  insert into identity.review (id, kind, child_id, other_ids, decision_id)
  select id, kind, child_id, array(select o::uuid from json_array_elements_text(other_ids) as o), decision_id
    from json_to_recordset($10::json) as x (id uuid, kind text, child_id uuid, other_ids json, decision_id uuid)),
stale as (
  insert into identity.stale_child (child_id)
  select distinct child_id from json_to_recordset($10::json) as x (child_id uuid, is_stale boolean) where x.is_stale
  on conflict do nothing),
inherited as (
  insert into identity.protected_child (protection_id, child_id, is_inherited)
  select distinct p.protection_id, x.child_id, true
    from json_to_recordset($11::json) as x (child_id uuid, like_of uuid)
   cross join lateral (select d.protection_id from identity.protected_child d where d.child_id = x.like_of offset 0) p
   cross join lateral (select from identity.protection t where t.id = p.protection_id and t.lifted_at is null limit 1) t
  on conflict do nothing)
insert into identity.outbox (shard, topic, part, key, event_id, headers, value)
select shard, topic, part, substr($13::bytea, key_at[1], key_at[2]), event_id, headers, substr($13::bytea, value_at[1], value_at[2])
  from rows from (json_to_recordset($12::json)
    as (shard smallint, topic text, part smallint, key_at int[], event_id uuid, headers jsonb, value_at int[])) with ordinality
    as x (shard, topic, part, key_at, event_id, headers, value_at, ord)
 order by ord`

/** Writes a plan's effects as part of the caller's transaction, in one statement. */
export async function writeEffects(tx: Sql, effects: SealedEffects): Promise<void> {
  const { plain } = effects
  const bytes = new BytesBeside()
  const isNew = new Set(plain.records.filter((row) => row.isNew).map(({ sourceRecordId }) => sourceRecordId))
  const newest = [...new Map(plain.records.map((row) => [row.sourceRecordId, row])).values()]
  const tables = [
    newChildren(effects, bytes),
    changedChildren(effects, bytes),
    decisions(effects),
    newest.filter(({ sourceRecordId }) => isNew.has(sourceRecordId)).map(recordRow),
    newest.filter(({ sourceRecordId }) => !isNew.has(sourceRecordId)).map(recordRow),
    plain.links.map((row) => ({
      ...{ id: newId(), source_record_id: row.sourceRecordId, child_id: row.childId, decision_id: row.decisionId },
    })),
    profiles(effects, bytes),
    versions(effects, bytes),
    identifiers(effects, bytes),
    plain.reviews.map((row) => ({
      ...{
        id: row.reviewId,
        kind: row.kind,
        child_id: row.childId,
        other_ids: row.others,
        decision_id: row.decisionId,
        is_stale: row.isStale,
      },
    })),
    plain.inherited.map(({ childId, from }) => ({ child_id: childId, like_of: from })),
    effects.messages.map((message) => messageRow(message, bytes)),
  ]
  await tx.query(statement, [...tables.map((rows) => JSON.stringify(rows)), bytes.all])
}

/** Bytes of many rows as one parameter: in JSON each would be two digits, to be written, read and turned back. */
class BytesBeside {
  private readonly parts: Buffer[] = []
  private next = 1

  /** @returns where they begin and how many they are */
  add(bytes: Buffer): readonly [number, number] {
    this.parts.push(bytes)
    const place = [this.next, bytes.length] as const
    this.next += bytes.length
    return place
  }

  get all(): Buffer {
    return Buffer.concat(this.parts)
  }
}

function newChildren(effects: SealedEffects, beside: BytesBeside): readonly object[] {
  const settled = new Map(effects.plain.settled.map((row) => [row.childId, row]))
  return effects.plain.children.map((child) => {
    const { childId, uci, status } = settled.get(child.childId) ?? child
    return { id: childId, uci, status, ...coreOf(effects, childId, beside) }
  })
}

/** Children that were there before: at most one row each. */
function changedChildren(effects: SealedEffects, beside: BytesBeside): readonly object[] {
  const { children, settled, touched } = effects.plain
  const isNew = new Set(children.map(({ childId }) => childId))
  const byId = new Map(settled.map((row) => [row.childId, row]))
  const ids = new Set([...byId.keys(), ...touched, ...effects.cores.keys()])
  return [...ids]
    .filter((id) => !isNew.has(id))
    .map((id) => {
      const bump = Number(byId.has(id)) + Number(touched.has(id))
      return { id, uci: byId.get(id)?.uci, status: byId.get(id)?.status, bump, ...coreOf(effects, id, beside) }
    })
}

function coreOf({ plain, cores }: SealedEffects, childId: string, beside: BytesBeside): object {
  const sealed = cores.get(childId)
  if (!sealed) return {}
  const { bytes, keyId } = sealed
  return { core_at: beside.add(bytes), core_key_id: keyId, core_recorded_at: plain.cores.get(childId)?.recordedAt }
}

function decisions({ plain, signatures }: SealedEffects): readonly object[] {
  return plain.decisions.map(({ decisionId, explanation, inputs }) => {
    const { outcome } = explanation
    return { id: decisionId, outcome, explanation, inputs, signature: signatures.get(decisionId) }
  })
}

function recordRow(row: SealedEffects['plain']['records'][number]): object {
  return {
    id: row.sourceRecordId,
    record_key: `\\x${row.recordKey}`,
    source: row.source,
    content_hash: `\\x${row.contentHash}`,
    recorded_at: row.recordedAt,
  }
}

function profiles({ plain, profiles: sealed }: SealedEffects, beside: BytesBeside): readonly object[] {
  return plain.profiles.map(({ profileId, childId, digest, profile, keys }) => {
    const { bytes, keyId } = sealed.get(profileId) ?? { bytes: Buffer.alloc(0), keyId: null }
    const row = {
      id: profileId,
      child_id: childId,
      digest: `\\x${digest}`,
      normaliser: profile.v,
      sealed_at: beside.add(bytes),
    }
    return { ...row, key_id: keyId, keys: [...new Set(keys)] }
  })
}

function versions({ plain, versions: sealed }: SealedEffects, beside: BytesBeside): readonly object[] {
  return plain.versions.map((row, at) => ({
    source_record_id: row.sourceRecordId,
    content_hash: `\\x${row.contentHash}`,
    recorded_at: row.recordedAt,
    is_event: row.isEvent,
    sealed_at: beside.add(sealed[at]?.bytes ?? Buffer.alloc(0)),
    key_id: sealed[at]?.keyId,
    profile_id: row.profileId,
    decision_id: row.decisionId,
  }))
}

/** What several records of one group say of one number is one row. */
function identifiers({ plain, identifiers: sealed }: SealedEffects, beside: BytesBeside): readonly object[] {
  const rows = new Map<string, object & { verified_by?: string | undefined; status: string }>()
  sealed.forEach(({ id, blindIndex, bytes, keyId }, at) => {
    const row = plain.identifiers[at]
    if (!row) return
    const name = `${row.childId} ${row.system} ${blindIndex}`
    const earlier = rows.get(name)
    const status = row.status === 'current' ? (earlier?.status ?? row.status) : row.status
    const verified_by = earlier?.verified_by ?? row.verifiedBy
    const whole = { id, child_id: row.childId, system: row.system, blind_index: `\\x${blindIndex}`, key_id: keyId }
    rows.set(name, { ...(earlier ?? { ...whole, sealed_at: beside.add(bytes) }), status, verified_by })
  })
  return [...rows.values()]
}

function messageRow(
  { shard, topic, partition, key, eventId, headers, value }: OutboxMessage,
  beside: BytesBeside,
): object {
  const row = { shard, topic, part: partition, event_id: eventId, headers }
  return { ...row, key_at: beside.add(key), value_at: beside.add(value) }
}
