import type { MigrationInterface, QueryRunner } from 'typeorm'

const role = 'waymark_identity'
const readers = 'waymark_exchange, waymark_safeguarding, waymark_audit'

/** Joining and separating children, who decided it, and who has to follow. */
export class ChangesAndReviews1795200002100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...changes, ...reviews, ...rekeys, ...invariants, ...views, ...grants]) {
      await runner.query(statement)
    }
  }

  async down(): Promise<void> {
    await Promise.reject(new Error('Decisions about children are not taken away'))
  }
}

const changes = [
  `create table identity.change (
    id uuid constraint change_pkey primary key,
    kind text not null constraint change_kind_check
      check (kind in ('merged', 'superseded', 'split', 'mislinked', 'withdrawn')),
    review_id uuid constraint change_review_fkey references identity.review,
    undoes uuid constraint change_undoes_fkey references identity.change,
    made_by text[] not null,
    made_at timestamptz not null default now())`,
  `create table identity.change_child (
    change_id uuid not null constraint change_child_change_fkey references identity.change,
    child_id uuid not null constraint change_child_child_fkey references identity.child,
    part text not null constraint change_child_part_check check (part in ('kept', 'joined', 'new', 'revived', 'closed')),
    constraint change_child_pkey primary key (change_id, child_id))`,
  'create index change_child_child_idx on identity.change_child (child_id, change_id)',
  // What a change moved: the link it closed and the one it opened. Taking it back reads this and nothing else.
  `alter table identity.link
    add column change_id uuid constraint link_change_fkey references identity.change,
    add column replaces uuid constraint link_replaces_fkey references identity.link`,
  'create index link_change_idx on identity.link (change_id) where change_id is not null',
  // `direct_child_id` is the child an identifier was first redirected to; `child_id` is where that leads today.
  `alter table identity.redirect
    add column change_id uuid constraint redirect_change_fkey references identity.change,
    add column direct_child_id uuid constraint redirect_direct_child_fkey references identity.child`,
  'update identity.redirect set direct_child_id = child_id',
  'alter table identity.redirect alter column direct_child_id set not null',
  'create index redirect_child_idx on identity.redirect (child_id)',
  // `joined_into`: the child it was joined with first; where that one went is for whoever asks to walk.
  `alter table identity.child
    add column split_at timestamptz,
    add column joined_into uuid constraint child_joined_into_fkey references identity.child,
    add constraint child_joined_check check (joined_into is null or status = 'withdrawn')`,
  'create index child_joined_into_idx on identity.child (joined_into) where joined_into is not null',
  // For programs that keep rows by child: where joined children are now. What was never joined is not in the answer.
  `create function identity.joined_children(asked uuid[])
    returns table (child_id uuid, into_child_id uuid, uci text, status text)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      with recursive walk (child_id, at) as (
        select c.id, c.joined_into from identity.child c where c.id = any(asked) and c.joined_into is not null
        union all
        select w.child_id, c.joined_into from walk w join identity.child c on c.id = w.at where c.joined_into is not null)
      select w.child_id, s.id, s.uci, s.status from walk w join identity.child s on s.id = w.at and s.joined_into is null
    $$`,
  `create function identity.children_joined_into(asked uuid) returns table (child_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
      with recursive walk (child_id) as (
        select c.id from identity.child c where c.joined_into = asked
        union all
        select c.id from walk w join identity.child c on c.joined_into = w.child_id)
      select w.child_id from walk w
    $$`,
  `create table identity.override (
    id uuid constraint override_pkey primary key,
    kind text not null constraint override_kind_check check (kind in ('must-link', 'cannot-link')),
    scope text not null constraint override_scope_check check (scope ~ '^(all|system:.{1,100}|agency:[a-z][A-Za-z0-9-]{2,39})$'),
    reason bytea not null,
    reason_key_id uuid not null,
    decided_by text[] not null constraint override_two_persons_check check (decided_by[1] <> decided_by[2]),
    review_id uuid constraint override_review_fkey references identity.review,
    created_at timestamptz not null default now(),
    expires_at timestamptz,
    ended_at timestamptz)`,
  `create table identity.override_record (
    override_id uuid not null constraint override_record_override_fkey references identity.override,
    side text not null constraint override_record_side_check check (side in ('left', 'right')),
    source_record_id uuid not null constraint override_record_source_record_fkey references identity.source_record,
    constraint override_record_pkey primary key (override_id, source_record_id))`,
  'create index override_record_source_record_idx on identity.override_record (source_record_id)',
]

const reviews = [
  `alter table identity.review
    drop constraint review_kind_check,
    drop constraint review_state_check,
    add constraint review_kind_check check (kind in ('possible-match', 'merge', 'split', 'override', 'guardian')),
    add constraint review_state_check check (state in
      ('open', 'claimed', 'asked', 'second', 'conflict', 'applied', 'withdrawn')),
    add column proposal jsonb,
    add column sides jsonb,
    add column needs_second boolean not null default false,
    add column round integer not null default 1,
    add column claimed_by text,
    add column claimed_until timestamptz,
    add column asked_until timestamptz,
    add column blind_of uuid constraint review_blind_of_fkey references identity.review,
    add column outcome text constraint review_outcome_check check (outcome in ('same', 'different')),
    add column change_id uuid constraint review_change_fkey references identity.change,
    add column settled_at timestamptz,
    add constraint review_claim_check check ((claimed_by is null) = (claimed_until is null)),
    add constraint review_claimed_check check (state <> 'claimed' or claimed_by is not null),
    add constraint review_asked_check check ((state = 'asked') = (asked_until is not null))`,
  'drop index identity.review_child_idx',
  'drop index identity.review_open_idx',
  `create index review_child_idx on identity.review (child_id) where state not in ('applied', 'withdrawn')`,
  `create index review_waiting_idx on identity.review (id) where state not in ('applied', 'withdrawn')`,
  'create index review_others_idx on identity.review using gin (other_ids)',
  // One answer a person and round; the second is given blind to the first.
  `create table identity.review_answer (
    id uuid constraint review_answer_pkey primary key,
    review_id uuid not null constraint review_answer_review_fkey references identity.review,
    round integer not null,
    stage text not null constraint review_answer_stage_check check (stage in ('first', 'second', 'third')),
    answered_by text not null,
    answer text not null constraint review_answer_answer_check check (answer in ('same', 'different', 'cannot-tell')),
    same_as uuid constraint review_answer_same_as_fkey references identity.child,
    reason bytea not null,
    reason_key_id uuid not null,
    answered_at timestamptz not null default now(),
    constraint review_answer_stage_key unique (review_id, round, stage),
    constraint review_answer_person_key unique (review_id, round, answered_by))`,
]

const rekeys = [
  // What a holder has to write anew in its own records. States follow from the times: see rekey/rekey.ts.
  `create table identity.rekey_item (
    id uuid constraint rekey_item_pkey primary key,
    change_id uuid not null constraint rekey_item_change_fkey references identity.change,
    holder text not null,
    source_record_id uuid constraint rekey_item_source_record_fkey references identity.source_record,
    old_uci text not null,
    new_uci text not null,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    sent_at timestamptz,
    confirmed_at timestamptz,
    confirmed_by text,
    constraint rekey_item_confirmed_check check ((confirmed_at is null) = (confirmed_by is null)))`,
  'create unique index rekey_item_once_idx on identity.rekey_item (change_id, holder, source_record_id) nulls not distinct',
  'create index rekey_item_holder_idx on identity.rekey_item (holder, id)',
  'create index rekey_item_change_idx on identity.rekey_item (change_id) where confirmed_at is null',
]

/** A record is never linked to a closed child: whoever planned it before the child was closed plans again. */
const invariants = [
  `create function identity.link_to_living_child() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      perform 1 from identity.child c where c.id = new.child_id and c.status <> 'withdrawn' for key share;
      if not found then
        raise exception 'the child was closed' using errcode = 'unique_violation', constraint = 'link_to_living_child';
      end if;
      return new;
    end $$`,
  `create trigger link_to_living_child before insert on identity.link for each row
    when (new.valid_to is null) execute function identity.link_to_living_child()`,
  // Whoever learns something new of a child it knew may find that it is another it knew: that is looked at soon after.
  `create table identity.merge_check (
    child_id uuid constraint merge_check_pkey primary key constraint merge_check_child_fkey references identity.child,
    since timestamptz not null default clock_timestamp())`,
  `create function identity.ask_merge_check() returns trigger language plpgsql set search_path = pg_catalog, pg_temp as $$
    begin
      insert into identity.merge_check (child_id)
        select distinct c.child_id from changed c
         where exists (select 1 from identity.profile p where p.child_id = c.child_id and p.id <> c.id) order by 1
        on conflict (child_id) do nothing;
      return null;
    end $$`,
  `create trigger profile_merge_check after insert on identity.profile referencing new table as changed
    for each statement execute function identity.ask_merge_check()`,
]

/** Order of the queue, and how well those who decide agree. */
const views = [
  // identity.md §9: H(P) * log2(1 + records affected) * (1 + 4 * attention); the hours waited are added by the question.
  `create function identity.review_value(same double precision, affected bigint, attention double precision)
    returns double precision language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
      select case when same <= 0 or same >= 1 then 0.0
             else -(same * log(2.0, same::numeric)::float8 + (1 - same) * log(2.0, (1 - same)::numeric)::float8) end
             * log(2.0, (1 + affected)::numeric)::float8 * (1 + 4 * attention)
    $$`,
  // Pairs of answers to one question, each given without knowing the other: first and second, and blind re-reviews.
  `create view identity.answer_pair_v as
    select a.answered_by as left_by, b.answered_by as right_by, a.answer = 'same' as left_same, b.answer = 'same' as right_same
      from identity.review_answer a join identity.review_answer b
        on b.review_id = a.review_id and b.round = a.round and a.stage = 'first' and b.stage = 'second'
     where a.answer <> 'cannot-tell' and b.answer <> 'cannot-tell'
    union all
    select a.answered_by, b.answered_by, a.answer = 'same', b.answer = 'same'
      from identity.review r join identity.review_answer b on b.review_id = r.id and b.stage = 'first'
      join identity.review_answer a on a.review_id = r.blind_of and a.stage = 'first' and a.answered_at < b.answered_at
     where a.answer <> 'cannot-tell' and b.answer <> 'cannot-tell'
       and not exists (select 1 from identity.review_answer later where later.review_id = a.review_id and later.stage = 'first'
                        and later.round > a.round and later.answered_at < b.answered_at)`,
  // Cohen's kappa; no value while chance alone would explain every agreement.
  `create view identity.agreement_v as
    with answers as (
      select null::text as steward, left_same as own, right_same as other from identity.answer_pair_v
      union all select left_by, left_same, right_same from identity.answer_pair_v
      union all select right_by, right_same, left_same from identity.answer_pair_v),
    shares as (
      select steward, count(*) as pairs, avg((own = other)::int)::float8 as observed,
             (avg(own::int) * avg(other::int) + (1 - avg(own::int)) * (1 - avg(other::int)))::float8 as expected
        from answers group by steward)
    select steward, pairs, case when expected < 1 then (observed - expected) / (1 - expected) end as kappa from shares`,
  // What people decided, for learning: not that of a steward whose kappa is below .60.
  `create view identity.training_answer_v as
    select r.id as review_id, r.child_id, r.other_ids, r.sides, a.answer, a.answered_by, a.answered_at
      from identity.review r join identity.review_answer a on a.review_id = r.id
      left join identity.agreement_v k on k.steward = a.answered_by
     where r.kind in ('possible-match', 'merge', 'split') and a.answer <> 'cannot-tell' and coalesce(k.kappa, 1) >= 0.6`,
  // Overrides that hold now, a row a pair of records.
  `create view identity.override_v as
    select o.id as override_id, o.kind, o.scope, l.source_record_id as left_record, r.source_record_id as right_record
      from identity.override o
      join identity.override_record l on l.override_id = o.id and l.side = 'left'
      join identity.override_record r on r.override_id = o.id and r.side = 'right'
     where o.ended_at is null and (o.expires_at is null or o.expires_at > now())`,
]

const grants = [
  `grant select, insert on identity.change, identity.change_child, identity.override, identity.override_record,
     identity.review_answer, identity.rekey_item to ${role}`,
  `grant update (state, proposal, sides, needs_second, round, claimed_by, claimed_until, asked_until, outcome, change_id,
     settled_at, child_id, other_ids) on identity.review to ${role}`,
  `grant update (ended_at) on identity.override to ${role}`,
  `grant update (sent_at, confirmed_at, confirmed_by) on identity.rekey_item to ${role}`,
  `grant update (child_id), delete on identity.redirect to ${role}`,
  `grant update (split_at, joined_into) on identity.child to ${role}`,
  `revoke all on function identity.joined_children(uuid[]), identity.children_joined_into(uuid) from public`,
  `grant execute on function identity.joined_children(uuid[]), identity.children_joined_into(uuid) to ${readers}, ${role}`,
  `grant update (sealed, key_id, profile_id) on identity.record_version to ${role}`,
  `grant select, insert, delete on identity.merge_check to ${role}`,
  `grant delete on identity.profile, identity.identifier, identity.block_key, identity.protected_child to ${role}`,
  `grant select on identity.answer_pair_v, identity.agreement_v, identity.training_answer_v, identity.override_v to ${role}`,
]
