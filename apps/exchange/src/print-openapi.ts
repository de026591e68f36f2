import { printOpenApi } from '#libs/service'
import { exchangeConfig } from './exchange.config.js'
import { exchangeModule } from './exchange.module.js'

process.stdout.write(await printOpenApi(exchangeModule(exchangeConfig()), 'Events, feeds and acknowledgements'))
