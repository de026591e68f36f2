import type { Database, OutboxMessage, Sql } from '#libs/postgres'
import { addToOutbox } from '#libs/postgres'
import { Problem } from '#libs/service'
import { holdersOf, rekeysOf } from '../rekey/rekey.js'
import type { RekeyRepository } from '../rekey/rekey.repository.js'
import type { ChangePlan, ChildState, Impossible, Planned } from './change.js'
import type { ChangeRepository } from './change.repository.js'
import type { PrepareChange, PreparedChange } from './prepare-change.js'
import { writeChange, type ChangeGround } from './write-change.repository.js'

/** A change to be made of some children. */
export interface ChangeRequest {
  /** All children that may take part. */
  readonly childIds: readonly string[]
  /** Decides on the children as they are; asked again when they have changed meanwhile. */
  readonly plan: (states: readonly ChildState[]) => Planned
  readonly ground: ChangeGround
  /** What commits with the change: the state of a review, access records. */
  readonly also?: (tx: Sql, plan: ChangePlan) => Promise<readonly OutboxMessage[]>
}

export type ChangeOutcome =
  { readonly ok: true; readonly plan: ChangePlan } | { readonly ok: false; readonly because: Impossible }

const attempts = 5

/**
 * Makes a change of children: links, redirects, what they are found by, who has to follow, and the word to everybody commit
 * together. Planned on what is known, it is written if that still holds under the locks of the children.
 */
export class ApplyChange {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly changes: ChangeRepository
      readonly rekeys: RekeyRepository
      readonly preparing: PrepareChange
    },
  ) {}

  /** @throws Problem 503 `STORAGE_UNAVAILABLE` when others kept changing the same children */
  async apply(request: ChangeRequest): Promise<ChangeOutcome> {
    const { changes, rekeys, preparing, database } = this.parts
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const before = await changes.fingerprint(database, request.childIds)
      const states = await changes.states(request.childIds)
      const planned = request.plan(states)
      if (!planned.ok) return planned
      const parties = await rekeys.parties(request.childIds)
      const part = states.filter(({ childId }) => planned.plan.children.some((one) => one.childId === childId))
      const prepared = await preparing.prepare(planned.plan, part, { holders: holdersOf(part, parties) })
      const isDone = await this.commit(request, before, {
        prepared,
        rekeys: rekeysOf(planned.plan, part, parties),
      })
      if (isDone) return planned
    }
    throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
  }

  private commit(
    { childIds, ground, also }: ChangeRequest,
    before: string,
    given: { readonly prepared: PreparedChange; readonly rekeys: ReturnType<typeof rekeysOf> },
  ): Promise<boolean> {
    const { changes, rekeys, database } = this.parts
    const { prepared } = given
    return database.transaction(async (tx) => {
      await changes.lock(tx, childIds)
      if ((await changes.fingerprint(tx, childIds)) !== before) return false
      await writeChange(tx, prepared, ground)
      const { changeId, undoes } = prepared.plan
      if (undoes !== undefined) await rekeys.forget(tx, undoes)
      await rekeys.add(tx, changeId, given.rekeys)
      const messages = (await also?.(tx, prepared.plan)) ?? []
      if (messages.length > 0) await addToOutbox(tx, 'identity', messages)
      return true
    })
  }
}
