import { startService } from '#libs/service'
import { exchangeConfig } from './exchange.config.js'
import { ExchangeModule } from './exchange.module.js'
import { runExchange } from './exchange.steps.js'

const config = exchangeConfig()
await startService(ExchangeModule, { program: 'exchange', config, steps: [runExchange(config)] })
