import { addToOutbox, type Database } from '#libs/postgres'
import type { AccessReceipt, Caller } from '#libs/security'
import type { ReviewDesk } from '../review/review-desk.js'
import type { RekeyProgress, RekeyRepository } from './rekey.repository.js'

/** Shows those who decide who has followed their changes; it names agencies and no child. */
export class WatchRekeys {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly desk: ReviewDesk
      readonly rekeys: RekeyRepository
    },
  ) {}

  async watch(
    caller: Caller,
    page: { readonly limit: number; readonly after?: string; readonly isAll: boolean },
  ): Promise<{ readonly rows: readonly RekeyProgress[]; readonly receipts: readonly AccessReceipt[] }> {
    const desk = await this.parts.desk.admit(caller, 'readReviews')
    const records = await this.parts.desk.records(desk, 'readReviews', [])
    await this.parts.database.transaction((tx) =>
      addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      ),
    )
    return { rows: await this.parts.rekeys.progress(page), receipts: records.map(({ receipt }) => receipt) }
  }
}
