import { printOpenApi } from '#libs/service'
import { ExchangeModule } from './exchange.module.js'

process.stdout.write(await printOpenApi(ExchangeModule, 'Events, feeds and acknowledgements'))
