import { addToOutbox, newId, type Sql } from '#libs/postgres'
import type { KeyRing, ProgramKeys } from '#libs/security'
import type { SettledChildRepository } from '../review/settled-child.repository.js'
import { changeMessage } from './change-message.js'

/** Makes a provisional child that is nobody else active, once no other question about it is open, and says so. */
export class ConfirmChild {
  constructor(
    private readonly parts: {
      readonly settled: SettledChildRepository
      readonly keyRing: KeyRing
      readonly keys: ProgramKeys
    },
  ) {}

  /**
   * After a change of children: what else is asked about them goes on about whom they are now, and of whom nothing is asked any
   * more is active.
   *
   * @param except - the review that the change was decided by
   */
  async settleOthers(tx: Sql, childIds: readonly string[], except?: string): Promise<void> {
    const { settled } = this.parts
    await settled.followJoined(tx, childIds)
    const answered = await settled.withdrawSettled(tx, childIds, except)
    for (const childId of new Set([...childIds, ...answered])) await this.confirm(tx, childId)
  }

  async confirm(tx: Sql, childId: string): Promise<void> {
    const { settled, keyRing, keys } = this.parts
    const uci = await settled.confirm(tx, childId)
    if (uci === undefined) return
    const key = await keyRing.within(tx).keyOf(`child:${childId}`, 'content')
    const change = { childId, changeId: newId(), kind: 'confirmed', at: new Date(), uci, status: 'active' }
    await addToOutbox(tx, 'identity', [changeMessage(keys, key, change)])
  }
}
