import { printOpenApi } from '#libs/service'
import { IdentityModule } from './identity.module.js'

process.stdout.write(await printOpenApi(IdentityModule, 'Identity'))
