import { addToOutbox, newId, type Sql } from '#libs/postgres'
import type { PreparedChange, PreparedChild } from './prepare-change.js'

/** Who made a change, and on what ground. */
export interface ChangeGround {
  /** Persons, or `merge-check`. */
  readonly madeBy: readonly string[]
  readonly reviewId?: string
  readonly explanation: Readonly<Record<string, unknown>>
}

/** Writes a change as part of the caller's transaction, which holds the locks of its children. */
export async function writeChange(tx: Sql, prepared: PreparedChange, ground: ChangeGround): Promise<void> {
  await writeHistory(tx, prepared, ground)
  await writeChildren(tx, prepared)
  await moveRecords(tx, prepared, ground)
  await writeRedirects(tx, prepared)
  for (const child of prepared.children) await rewrite(tx, child)
  await addToOutbox(tx, 'identity', prepared.messages)
}

async function writeHistory(tx: Sql, { plan }: PreparedChange, { madeBy, reviewId }: ChangeGround): Promise<void> {
  await tx.query(
    'insert into identity.change (id, kind, review_id, undoes, made_by) values ($1, $2, $3, $4, $5::text[])',
    [plan.changeId, plan.kind, reviewId ?? null, plan.undoes ?? null, madeBy],
  )
}

async function writeChildren(tx: Sql, { plan }: PreparedChange): Promise<void> {
  const { children, changeId, kind } = plan
  const ids = (...parts: readonly string[]) =>
    children.filter(({ part }) => parts.includes(part)).map(({ childId }) => childId)
  for (const { childId, uci, part } of children) {
    if (part === 'new')
      await tx.query(`insert into identity.child (id, uci, status) values ($1, $2, 'active')`, [childId, uci ?? null])
  }
  await tx.query(
    `insert into identity.change_child (change_id, child_id, part)
     select $1, p.child_id, p.part from unnest($2::uuid[], $3::text[]) as p (child_id, part)`,
    [changeId, children.map(({ childId }) => childId), children.map(({ part }) => part)],
  )
  await tx.query(
    `update identity.child set version = version + 1, status = case
        when id = any($1::uuid[]) then 'withdrawn' when id = any($2::uuid[]) then 'active' else status end,
        joined_into = case when id = any($4::uuid[]) then $5::uuid when id = any($2::uuid[]) then null else joined_into end
      where id = any($3::uuid[])`,
    [
      ids('joined', 'closed'),
      ids('revived'),
      children.map(({ childId }) => childId),
      ...[ids('joined'), ids('kept')[0] ?? null],
    ],
  )
  if (kind === 'split' || kind === 'mislinked')
    await tx.query('update identity.child set split_at = now() where id = any($1::uuid[])', [ids('kept')])
}

/** A link is closed and replaced, never changed. */
async function moveRecords(
  tx: Sql,
  { plan: { moves, changeId } }: PreparedChange,
  { explanation }: ChangeGround,
): Promise<void> {
  if (moves.length === 0) return
  const decisionId = newId()
  await tx.query(`insert into identity.decision (id, outcome, explanation) values ($1, 'link', $2)`, [
    decisionId,
    JSON.stringify({ outcome: 'link', why: [], whyNot: [], ...explanation, changeId }),
  ])
  const old = moves.map(({ record }) => record.linkId)
  await tx.query('update identity.link set valid_to = now() where id = any($1::uuid[])', [old])
  await tx.query(
    `insert into identity.link (id, source_record_id, child_id, decision_id, change_id, replaces)
     select m.id, m.record, m.child, $1, $2, m.old from unnest($3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[]) as m (id, record, child, old)`,
    [
      decisionId,
      changeId,
      moves.map(() => newId()),
      moves.map(({ record }) => record.sourceRecordId),
      moves.map(({ to }) => to),
      old,
    ],
  )
}

/**
 * Walks every redirect that leads to a child of this change to where it leads now; so each is one step, always.
 * A child that has a redirect is closed, and a closed child is never a survivor: there is no circle to walk in.
 */
const collapse = `
with recursive walk (old_uci, at, step) as (
  select r.old_uci, r.direct_child_id, 0 from identity.redirect r where r.child_id = any($1::uuid[])
  union all
  select w.old_uci, n.direct_child_id, w.step + 1
    from walk w join identity.child c on c.id = w.at join identity.redirect n on n.old_uci = c.uci),
ends as (select distinct on (old_uci) old_uci, at from walk order by old_uci, step desc)
update identity.redirect r set child_id = e.at from ends e where e.old_uci = r.old_uci and r.child_id <> e.at`

async function writeRedirects(tx: Sql, { plan }: PreparedChange): Promise<void> {
  const { children, changeId, kind } = plan
  const revived = children.flatMap(({ part, uci }) => (part === 'revived' && uci !== undefined ? [uci] : []))
  if (revived.length > 0) await tx.query('delete from identity.redirect where old_uci = any($1::text[])', [revived])
  const kept = children.find(({ part }) => part === 'kept')
  for (const { part, uci } of children) {
    if (part === 'joined' && uci !== undefined && kept)
      await tx.query(
        `insert into identity.redirect (old_uci, child_id, direct_child_id, kind, change_id) values ($1, $2, $2, $3, $4)`,
        [uci, kept.childId, kind === 'superseded' ? 'supersede' : 'merge', changeId],
      )
  }
  await tx.query(collapse, [children.map(({ childId }) => childId)])
}

/** Everything that is derived of a child from its records is written anew. */
async function rewrite(tx: Sql, child: PreparedChild): Promise<void> {
  await rewriteProfiles(tx, child)
  await rewriteNumbers(tx, child)
  const { childId, core, bodies } = child
  await tx.query('update identity.child set core = $2, core_key_id = $3, core_recorded_at = $4 where id = $1', [
    childId,
    core?.bytes ?? null,
    core?.keyId ?? null,
    core?.recordedAt ?? null,
  ])
  if (bodies.length === 0) return
  await tx.query(
    `update identity.record_version v set sealed = b.sealed, key_id = b.key_id
       from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::uuid[]) as b (source_record_id, content_hash, sealed, key_id)
      where v.source_record_id = b.source_record_id and v.content_hash = b.content_hash`,
    [
      bodies.map(({ sourceRecordId }) => sourceRecordId),
      bodies.map(({ contentHash }) => Buffer.from(contentHash, 'hex')),
      bodies.map(({ bytes }) => bytes),
      bodies.map(({ keyId }) => keyId),
    ],
  )
}

async function rewriteProfiles(tx: Sql, { childId, profiles }: PreparedChild): Promise<void> {
  await tx.query(
    `update identity.record_version set profile_id = null
      where profile_id in (select id from identity.profile where child_id = $1)`,
    [childId],
  )
  await tx.query('delete from identity.profile where child_id = $1', [childId])
  if (profiles.length === 0) return
  await tx.query(
    `insert into identity.profile (id, child_id, digest, normaliser, sealed, key_id)
     select p.id, $1, p.digest, p.normaliser, p.sealed, p.key_id
       from unnest($2::uuid[], $3::bytea[], $4::text[], $5::bytea[], $6::uuid[]) as p (id, digest, normaliser, sealed, key_id)`,
    [
      childId,
      profiles.map(({ id }) => id),
      profiles.map(({ digest }) => Buffer.from(digest, 'hex')),
      profiles.map(({ normaliser }) => normaliser),
      profiles.map(({ bytes }) => bytes),
      profiles.map(({ keyId }) => keyId),
    ],
  )
  const keys = profiles.flatMap(({ id, keys: own }) => own.map((key) => ({ id, key })))
  await tx.query('insert into identity.block_key (key, profile_id) select * from unnest($1::bigint[], $2::uuid[])', [
    keys.map(({ key }) => key),
    keys.map(({ id }) => id),
  ])
}

async function rewriteNumbers(tx: Sql, { childId, numbers }: PreparedChild): Promise<void> {
  await tx.query('delete from identity.identifier where child_id = $1', [childId])
  if (numbers.length === 0) return
  await tx.query(
    `insert into identity.identifier (id, child_id, system, blind_index, sealed, key_id, status, verified_by, verified_at)
     select n.id, $1, n.system, n.blind_index, n.sealed, n.key_id, n.status, n.verified_by,
            case when n.verified_by is null then null else now() end
       from unnest($2::uuid[], $3::text[], $4::bytea[], $5::bytea[], $6::uuid[], $7::text[], $8::text[])
         as n (id, system, blind_index, sealed, key_id, status, verified_by)`,
    [
      childId,
      numbers.map(({ id }) => id),
      numbers.map(({ system }) => system),
      numbers.map(({ blindIndex }) => Buffer.from(blindIndex, 'hex')),
      numbers.map(({ bytes }) => bytes),
      numbers.map(({ keyId }) => keyId),
      numbers.map(({ status }) => status),
      numbers.map(({ verifiedBy }) => verifiedBy ?? null),
    ],
  )
}
