const doors =
  'keys.claim(text, text, uuid, bytea), keys.claim_all(text[], text[], uuid[], bytea[]), keys.find(uuid), keys.find_all(uuid[])'

/** Each by its id, however many keys there are: a plan that was made while there were few is kept. */
const findAll = `create or replace function keys.find_all(found_ids uuid[])
  returns table (id uuid, subject text, class text, wrapped bytea)
  language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select f.id, k.subject, k.class, k.wrapped from unnest(found_ids) as f (id)
     cross join lateral (select d.subject, d.class, d.wrapped from keys.data_key d where d.id = f.id limit 1) k
  $$`

/**
 * The schema `keys`: wrapped data keys, one per subject and class, reached through four functions only.
 *
 * Every service may ask for the key of a subject it works on; none may list, change or delete keys. `wrapped` is null
 * once a key is destroyed, and stays so.
 */
export function keysSchema(roles: string): readonly string[] {
  return [
    `create table if not exists keys.data_key (
      id uuid primary key,
      subject text not null,
      class text not null,
      wrapped bytea,
      created_at timestamptz not null default now(),
      destroyed_at timestamptz,
      constraint data_key_subject_key unique (subject, class),
      constraint data_key_class_check check (class in ('content', 'access')),
      constraint data_key_destroyed_check check ((wrapped is null) = (destroyed_at is not null)))`,
    // Two statements: the second sees what the other of two racing callers committed while the first waited for it.
    `create or replace function keys.claim(claimed_subject text, claimed_class text, new_id uuid, new_wrapped bytea)
      returns table (id uuid, wrapped bytea) language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
        insert into keys.data_key (id, subject, class, wrapped)
          values (new_id, claimed_subject, claimed_class, new_wrapped) on conflict do nothing;
        select k.id, k.wrapped from keys.data_key k where k.subject = claimed_subject and k.class = claimed_class
      $$`,
    // The same of many, in the order given, for about the cost of one: calling a function for each is most of a claim.
    `create or replace function keys.claim_all(subjects text[], classes text[], new_ids uuid[], new_wrapped bytea[])
      returns table (subject text, class text, id uuid, wrapped bytea)
      language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
        insert into keys.data_key (id, subject, class, wrapped)
          select w.id, w.subject, w.class, w.wrapped
            from unnest(new_ids, subjects, classes, new_wrapped) with ordinality as w (id, subject, class, wrapped, n) order by w.n
          on conflict do nothing;
        select k.subject, k.class, k.id, k.wrapped
          from unnest(subjects, classes) as w (subject, class)
          join keys.data_key k on k.subject = w.subject and k.class = w.class
      $$`,
    `create or replace function keys.find(found_id uuid)
      returns table (subject text, class text, wrapped bytea) language sql stable security definer set search_path = pg_catalog, pg_temp as $$
        select k.subject, k.class, k.wrapped from keys.data_key k where k.id = found_id
      $$`,
    findAll,
    `revoke all on function ${doors} from public`,
    `grant execute on function ${doors} to ${roles}`,
  ]
}
