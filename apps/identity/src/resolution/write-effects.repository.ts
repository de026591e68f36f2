import { addToOutbox, newId, type Sql } from '#libs/postgres'
import type { SealedEffects } from './seal-effects.js'

/** Writes a plan's effects as part of the caller's transaction, one statement a table. */
export async function writeEffects(tx: Sql, effects: SealedEffects): Promise<void> {
  await writeChildren(tx, effects)
  await writeDecisions(tx, effects)
  await writeRecords(tx, effects)
  await writeProfiles(tx, effects)
  await writeVersions(tx, effects)
  await writeIdentifiers(tx, effects)
  await writeReviews(tx, effects)
  await addToOutbox(tx, 'identity', effects.messages)
}

async function writeChildren(tx: Sql, { plain, cores }: SealedEffects): Promise<void> {
  const { children, settled, touched } = plain
  await insert(tx, 'child', { id: 'uuid', uci: 'text', status: 'text' }, children, ({ childId, uci, status }) => [
    childId,
    uci ?? null,
    status,
  ])
  if (settled.length > 0)
    await tx.query(
      `update identity.child c set uci = s.uci, status = s.status, version = version + 1
         from unnest($1::uuid[], $2::text[], $3::text[]) as s (id, uci, status) where c.id = s.id`,
      [settled.map(({ childId }) => childId), settled.map(({ uci }) => uci), settled.map(({ status }) => status)],
    )
  if (touched.size > 0)
    await tx.query('update identity.child set version = version + 1 where id = any($1::uuid[])', [[...touched]])
  const shown = [...cores].map(([childId, { bytes, keyId }]) => ({
    childId,
    bytes,
    keyId,
    at: plain.cores.get(childId)?.recordedAt,
  }))
  if (shown.length > 0)
    await tx.query(
      `update identity.child c set core = s.core, core_key_id = s.key_id, core_recorded_at = s.at
         from unnest($1::uuid[], $2::bytea[], $3::uuid[], $4::timestamptz[]) as s (id, core, key_id, at)
        where c.id = s.id and (c.core_recorded_at is null or c.core_recorded_at <= s.at)`,
      [
        shown.map((row) => row.childId),
        shown.map((row) => row.bytes),
        shown.map((row) => row.keyId),
        shown.map((row) => row.at),
      ],
    )
}

async function writeDecisions(tx: Sql, { plain }: SealedEffects): Promise<void> {
  const columns = { id: 'uuid', outcome: 'text', explanation: 'jsonb' }
  await insert(tx, 'decision', columns, plain.decisions, ({ decisionId, explanation }) => [
    decisionId,
    explanation.outcome,
    JSON.stringify(explanation),
  ])
}

async function writeRecords(tx: Sql, { plain }: SealedEffects): Promise<void> {
  const columns = { id: 'uuid', record_key: 'bytea', source: 'text', content_hash: 'bytea', recorded_at: 'timestamptz' }
  const added = plain.records.filter(({ isNew }) => isNew)
  await insert(tx, 'source_record', columns, added, (row) => [
    row.sourceRecordId,
    Buffer.from(row.recordKey, 'hex'),
    row.source,
    Buffer.from(row.contentHash, 'hex'),
    row.recordedAt,
  ])
  for (const row of plain.records.filter(({ isNew }) => !isNew))
    await tx.query('update identity.source_record set content_hash = $2, recorded_at = $3 where id = $1', [
      row.sourceRecordId,
      Buffer.from(row.contentHash, 'hex'),
      row.recordedAt,
    ])
  const linked = { id: 'uuid', source_record_id: 'uuid', child_id: 'uuid', decision_id: 'uuid' }
  await insert(tx, 'link', linked, plain.links, (row) => [newId(), row.sourceRecordId, row.childId, row.decisionId])
}

async function writeProfiles(tx: Sql, { plain, profiles }: SealedEffects): Promise<void> {
  const columns = { id: 'uuid', child_id: 'uuid', digest: 'bytea', normaliser: 'text', sealed: 'bytea', key_id: 'uuid' }
  await insert(tx, 'profile', columns, plain.profiles, ({ profileId, childId, digest, profile }) => {
    const { bytes, keyId } = profiles.get(profileId) ?? { bytes: null, keyId: null }
    return [profileId, childId, Buffer.from(digest, 'hex'), profile.v, bytes, keyId]
  })
  const keys = plain.profiles.flatMap(({ profileId, keys: own }) =>
    [...new Set(own)].map((key) => ({ key, profileId })),
  )
  await insert(tx, 'block_key', { key: 'bigint', profile_id: 'uuid' }, keys, ({ key, profileId }) => [key, profileId])
}

async function writeVersions(tx: Sql, { plain, versions }: SealedEffects): Promise<void> {
  const columns = {
    source_record_id: 'uuid',
    content_hash: 'bytea',
    recorded_at: 'timestamptz',
    is_event: 'boolean',
    sealed: 'bytea',
    key_id: 'uuid',
    profile_id: 'uuid',
    decision_id: 'uuid',
  }
  await insert(tx, 'record_version', columns, plain.versions, (row, at) => [
    row.sourceRecordId,
    Buffer.from(row.contentHash, 'hex'),
    row.recordedAt,
    row.isEvent,
    versions[at]?.bytes,
    versions[at]?.keyId,
    row.profileId ?? null,
    row.decisionId,
  ])
}

async function writeIdentifiers(tx: Sql, { plain, identifiers }: SealedEffects): Promise<void> {
  const rows = identifiers.flatMap((sealed, at) => {
    const row = plain.identifiers[at]
    return row ? [{ ...sealed, ...row, index: Buffer.from(sealed.blindIndex, 'hex') }] : []
  })
  if (rows.length === 0) return
  const columns = {
    id: 'uuid',
    child_id: 'uuid',
    system: 'text',
    blind_index: 'bytea',
    sealed: 'bytea',
    key_id: 'uuid',
    status: 'text',
  }
  const valuesOf = (row: (typeof rows)[0]) => [
    ...[row.id, row.childId, row.system, row.index, row.bytes, row.keyId, row.status],
  ]
  await insert(tx, 'identifier', columns, rows, valuesOf)
  await tx.query(restate, [
    rows.map(({ childId }) => childId),
    rows.map(({ index }) => index),
    rows.map(({ status }) => status),
    rows.map(({ verifiedBy }) => verifiedBy ?? null),
  ])
}

const restate = `
  update identity.identifier i
     set verified_by = coalesce(i.verified_by, s.verified_by),
         verified_at = coalesce(i.verified_at, case when s.verified_by is null then null else now() end),
         status = case when s.status = 'current' then i.status else s.status end
    from unnest($1::uuid[], $2::bytea[], $3::text[], $4::text[]) as s (child_id, blind_index, status, verified_by)
   where i.child_id = s.child_id and i.blind_index = s.blind_index
     and ((i.verified_by is null and s.verified_by is not null) or (s.status <> 'current' and i.status <> s.status))`

async function writeReviews(tx: Sql, { plain }: SealedEffects): Promise<void> {
  for (const { reviewId, kind, childId, others, decisionId } of plain.reviews)
    await tx.query(
      `insert into identity.review (id, kind, child_id, other_ids, decision_id) values ($1, $2, $3, $4::uuid[], $5)`,
      [reviewId, kind, childId, others, decisionId],
    )
  if (plain.inherited.length === 0) return
  await tx.query(
    `insert into identity.protected_child (protection_id, child_id, is_inherited)
     select p.protection_id, s.child_id, true
       from unnest($1::uuid[], $2::uuid[]) as s (child_id, like_of)
       join identity.protected_child p on p.child_id = s.like_of
       join identity.protection t on t.id = p.protection_id and t.lifted_at is null
     on conflict do nothing`,
    [plain.inherited.map(({ childId }) => childId), plain.inherited.map(({ from }) => from)],
  )
}

/** Adds rows to a table, its columns and their types given; an identifier that a child holds already is left as it is. */
async function insert<Row>(
  tx: Sql,
  table: string,
  columns: Readonly<Record<string, string>>,
  ...[rows, valuesOf]: [readonly Row[], (row: Row, at: number) => readonly unknown[]]
): Promise<void> {
  if (rows.length === 0) return
  const names = Object.keys(columns)
  const values = rows.map(valuesOf)
  const arrays = names.map((_, column) => values.map((row) => row[column]))
  const casts = Object.values(columns).map((type, at) => `$${at + 1}::${type}[]`)
  const conflict = table === 'identifier' ? ' on conflict (child_id, system, blind_index) do nothing' : ''
  await tx.query(
    `insert into identity.${table} (${names.join(', ')}) select * from unnest(${casts.join(', ')})${conflict}`,
    arrays,
  )
}
