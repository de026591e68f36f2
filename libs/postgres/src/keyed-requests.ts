/**
 * The table of requests that came with an Idempotency-Key, for a migration to create, with the grants of `role`.
 *
 * A row is held by the attempt that runs; in the transaction of its effect it gets the answer, sealed. Key and request are
 * digests: a careless client may put anything into a key, and a body has personal data.
 */
export function keyedRequestTable(schema: string, role: string): string[] {
  return [
    `create table ${schema}.keyed_request (
      client_id text not null,
      key_digest bytea not null,
      request_digest bytea not null,
      holder uuid not null,
      held_until timestamptz not null,
      created_at timestamptz not null default now(),
      answer bytea,
      answer_key_id uuid,
      constraint keyed_request_pkey primary key (client_id, key_digest),
      constraint keyed_request_answer_check check ((answer is null) = (answer_key_id is null)))`,
    `create index keyed_request_created_at_idx on ${schema}.keyed_request (created_at)`,
    `grant select, insert, update, delete on ${schema}.keyed_request to ${role}`,
  ]
}
