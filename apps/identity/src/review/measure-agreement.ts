import { addToOutbox, type Database } from '#libs/postgres'
import type { AccessReceipt, Caller } from '#libs/security'
import type { AgreementRepository, Agreement } from './agreement.repository.js'
import type { ReviewDesk } from './review-desk.js'

/** Tells those who decide how well they agree: over all, and each steward. */
export class MeasureAgreement {
  constructor(
    private readonly parts: {
      readonly database: Database
      readonly desk: ReviewDesk
      readonly agreements: AgreementRepository
    },
  ) {}

  async measure(
    caller: Caller,
  ): Promise<{ readonly agreement: readonly Agreement[]; readonly receipts: readonly AccessReceipt[] }> {
    const desk = await this.parts.desk.admit(caller, 'readReviews')
    const records = await this.parts.desk.records(desk, 'readReviews', [])
    await this.parts.database.transaction((tx) =>
      addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      ),
    )
    return { agreement: await this.parts.agreements.all(), receipts: records.map(({ receipt }) => receipt) }
  }
}
