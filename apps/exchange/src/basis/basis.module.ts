import { Module, type Provider } from '@nestjs/common'
import { Database } from '#libs/postgres'
import { AgreementBook } from './agreement-book.js'
import { AgreementRepository } from './agreement.repository.js'
import { Kept } from './kept.js'

/** Injection token of the agreements in memory: `Kept<AgreementBook>`. */
export const keptAgreements = Symbol('the agreements, kept a second')

const providers: Provider[] = [
  {
    provide: AgreementRepository,
    inject: [Database],
    useFactory: (database: Database) => new AgreementRepository(database),
  },
  {
    provide: keptAgreements,
    inject: [AgreementRepository],
    useFactory: (agreements: AgreementRepository) => new Kept(async () => new AgreementBook(await agreements.all())),
  },
]

@Module({ providers, exports: providers })
export class BasisModule {}
