import { Injectable } from '@nestjs/common'
import { Database } from '#libs/postgres'

/** How well one steward, or all together, agree with others. */
export interface Agreement {
  /** Null: all together. */
  readonly steward: string | null
  readonly pairs: number
  /** Null where chance alone explains every agreement. */
  readonly kappa: number | null
  readonly trains: boolean
}

/** Reads the agreement that the database computes from the answers themselves. */
@Injectable()
export class AgreementRepository {
  constructor(private readonly database: Database) {}

  async all(): Promise<readonly Agreement[]> {
    return this.database.query<Agreement>(
      `select steward, pairs::int as pairs, kappa, coalesce(kappa, 1) >= 0.6 as trains
         from identity.agreement_v order by steward nulls first`,
    )
  }
}
