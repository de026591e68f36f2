import { hash } from 'node:crypto'
import { newId, type Database, type Sql } from '#libs/postgres'
import { askedDigestOf, open, seal, type Attempt, type Caller, type KeyRing, type ProgramKeys } from '#libs/security'
import { Problem } from '../problem.js'

/** What keyed requests stand on. */
export interface KeyedRequestParts {
  readonly database: Database
  readonly keyRing: Pick<KeyRing, 'keyOf' | 'keyById'>
  readonly keys: ProgramKeys
  /** Has a table of `keyedRequestTable`. */
  readonly schema: string
}

/** A request as it is compared with what came under the same key: method, path, headers and body. */
export interface RequestText {
  readonly key: string
  readonly text: string
}

/** An attempt that may run, and what gives its key back when nothing came of it. */
export interface BegunAttempt extends Attempt {
  release(): Promise<void>
}

/** A key is the client's to use, runs now, or has an answer. */
export type Begun = { readonly attempt: BegunAttempt } | { readonly answer: unknown }

/** Longer than any door waits for an answer; an attempt that died blocks its key no longer than this. */
const heldSeconds = 30
const keptHours = 24

interface Row {
  readonly request_digest: Buffer
  readonly answer: Buffer | null
  readonly answer_key_id: string | null
}

/**
 * Requests that clients named by a key of their own, for a day: what took effect is answered again with the same bytes.
 *
 * Guarantees: effect and answer are committed together or not at all, whenever the program dies; of two attempts at once
 * one has its effect, also where the first outlives the time it may hold the key. A refused request is not kept: it
 * changed nothing, and is judged anew. Answers are sealed under the key of the client's agency.
 */
export class KeyedRequests {
  constructor(private readonly parts: KeyedRequestParts) {}

  /**
   * Takes the key for one attempt, or finds what came of an earlier one.
   *
   * @throws Problem 409 `IDEMPOTENCY_KEY_REUSED` for another request, `REQUEST_IN_PROGRESS` while the first one runs
   */
  async begin({ clientId, agencyId }: Caller, { key, text }: RequestText): Promise<Begun> {
    const row = { clientId, keyDigest: hash('sha256', key, 'buffer'), holder: newId() }
    const digest = askedDigestOf(this.parts.keys, text)
    if (await this.take(row, digest)) return { attempt: await this.attemptOf(row, agencyId) }
    const [earlier] = await this.parts.database.query<Row>(
      `select request_digest, answer, answer_key_id from ${this.parts.schema}.keyed_request
        where client_id = $1 and key_digest = $2`,
      [clientId, row.keyDigest],
    )
    if (earlier && !earlier.request_digest.equals(digest)) throw new Problem('IDEMPOTENCY_KEY_REUSED')
    if (!earlier?.answer) throw stillRunning()
    return { answer: await this.answerIn(earlier, row) }
  }

  /** Forgets the requests of more than a day ago. */
  async forgetOld(): Promise<void> {
    await this.parts.database.query(
      `delete from ${this.parts.schema}.keyed_request where created_at < now() - make_interval(hours => $1)`,
      [keptHours],
    )
  }

  /** A key is free that is new, a day old, or was held for the same request by an attempt that died. */
  private async take({ clientId, keyDigest, holder }: Held, digest: Buffer): Promise<boolean> {
    const rows = await this.parts.database.query(
      `insert into ${this.parts.schema}.keyed_request as k (client_id, key_digest, request_digest, holder, held_until)
       values ($1, $2, $3, $4, now() + make_interval(secs => $5))
       on conflict (client_id, key_digest) do update
          set request_digest = excluded.request_digest, holder = excluded.holder, held_until = excluded.held_until,
              created_at = now(), answer = null, answer_key_id = null
        where k.created_at < now() - make_interval(hours => $6)
           or (k.answer is null and k.held_until < now() and k.request_digest = excluded.request_digest)
       returning holder`,
      [clientId, keyDigest, digest, holder, heldSeconds, keptHours],
    )
    return rows.length > 0
  }

  private async attemptOf(row: Held, agencyId: string): Promise<BegunAttempt> {
    const { schema, keyRing } = this.parts
    const sealing = await keyRing.keyOf(`agency:${agencyId}`, 'content')
    const mine = 'client_id = $1 and key_digest = $2 and holder = $3 and answer is null'
    const names = [row.clientId, row.keyDigest, row.holder]
    return {
      keep: async (tx: Sql, answer: object) => {
        const sealed = seal(sealing, Buffer.from(JSON.stringify(answer), 'utf8'), this.placeOf(row))
        const kept = await tx.query(
          `update ${schema}.keyed_request set answer = $4, answer_key_id = $5 where ${mine} returning holder`,
          [...names, sealed, sealing.id],
        )
        if (kept.length === 0) throw stillRunning()
      },
      release: async () => {
        await this.parts.database.query(`delete from ${schema}.keyed_request where ${mine}`, names)
      },
    }
  }

  private async answerIn({ answer, answer_key_id: keyId }: Row, row: Held): Promise<unknown> {
    const key = keyId === null ? undefined : await this.parts.keyRing.keyById(keyId)
    if (!key || !answer) throw new Error('The key of a kept answer is gone')
    return JSON.parse(open(key, answer, this.placeOf(row)).toString('utf8'))
  }

  private placeOf({ clientId, keyDigest }: Held): string {
    return `keyed-request ${this.parts.schema} ${clientId} ${keyDigest.toString('hex')}`
  }
}

interface Held {
  readonly clientId: string
  readonly keyDigest: Buffer
  readonly holder: string
}

function stillRunning(): Problem {
  return new Problem('REQUEST_IN_PROGRESS', undefined, { retryAfterSeconds: 1 })
}
