import { Module } from '@nestjs/common'
import { foundation, subgraph } from '#libs/service'
import { BasisModule } from './basis/basis.module.js'
import { DeliveryModule } from './delivery/delivery.module.js'
import { exchangeConfig } from './exchange.config.js'
import { IngestModule } from './ingest/ingest.module.js'
import { RoutingModule } from './routing/routing.module.js'

/** More than run at once and hold a connection: answers of feeds, one group being written, the router, the relay. */
const poolSize = 20

@Module({
  imports: [
    subgraph(),
    foundation({
      program: 'exchange',
      url: exchangeConfig().DATABASE_URL,
      keyFile: exchangeConfig().WAYMARK_KEY_FILE,
      poolSize,
    }),
    BasisModule,
    IngestModule,
    RoutingModule,
    DeliveryModule,
  ],
})
export class ExchangeModule {}
