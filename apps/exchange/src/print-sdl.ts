import { printSdl } from '#libs/service'
import { ExchangeModule } from './exchange.module.js'

process.stdout.write(await printSdl(ExchangeModule))
