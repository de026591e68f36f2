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

  async confirm(tx: Sql, childId: string): Promise<void> {
    const { settled, keyRing, keys } = this.parts
    const uci = await settled.confirm(tx, childId)
    if (uci === undefined) return
    const key = await keyRing.within(tx).keyOf(`child:${childId}`, 'content')
    const change = { childId, changeId: newId(), kind: 'confirmed', at: new Date(), uci, status: 'active' }
    await addToOutbox(tx, 'identity', [changeMessage(keys, key, change)])
  }
}
