import { Global, Module, type Type } from '@nestjs/common'
import { foundation, subgraph } from '#libs/service'
import { BasisModule } from './basis/basis.module.js'
import { DeliveryModule } from './delivery/delivery.module.js'
import { exchangeSettings, type ExchangeConfig } from './exchange.config.js'
import { IdentityChangesModule } from './identity/identity-changes.module.js'
import { IngestModule } from './ingest/ingest.module.js'
import { RoutingModule } from './routing/routing.module.js'
import { SharingModule } from './sharing/sharing.module.js'

/** More than ever hold a connection at once: answers of feeds, the group being written, the router, the relay, timers. */
const poolSize = 20

/** The program, for these settings; it neither connects nor opens the key file before it is used. */
export function exchangeModule(config: ExchangeConfig): Type {
  const { DATABASE_URL: url, WAYMARK_KEY_FILE: keyFile } = config

  @Global()
  @Module({ providers: [{ provide: exchangeSettings, useValue: config }], exports: [exchangeSettings] })
  class SettingsModule {}

  @Module({
    imports: [
      SettingsModule,
      subgraph(),
      foundation({ program: 'exchange', url, keyFile, poolSize }),
      BasisModule,
      IngestModule,
      IdentityChangesModule,
      RoutingModule,
      DeliveryModule,
      SharingModule,
    ],
  })
  class ExchangeModule {}
  return ExchangeModule
}
