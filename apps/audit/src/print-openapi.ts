import { printOpenApi } from '#libs/service'
import { AuditModule } from './audit.module.js'

process.stdout.write(await printOpenApi(AuditModule, 'The access log'))
