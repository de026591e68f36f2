import { forgetKeyedRequests, startService } from '#libs/service'
import { exchangeConfig } from './exchange.config.js'
import { exchangeModule } from './exchange.module.js'
import { runExchange } from './exchange.steps.js'

const config = exchangeConfig()
await startService(exchangeModule(config), {
  program: 'exchange',
  config,
  steps: [runExchange(config), forgetKeyedRequests],
})
