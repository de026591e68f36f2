import { printOpenApi } from '#libs/service'
import { SafeguardingModule } from './safeguarding.module.js'

process.stdout.write(await printOpenApi(SafeguardingModule, 'The sandbox'))
