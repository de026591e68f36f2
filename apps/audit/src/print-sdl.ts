import { printSdl } from '#libs/service'
import { AuditModule } from './audit.module.js'

process.stdout.write(await printSdl(AuditModule))
