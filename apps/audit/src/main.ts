import { startService } from '#libs/service'
import { auditConfig } from './audit.config.js'
import { AuditModule } from './audit.module.js'
import { runLog } from './audit.steps.js'

const config = auditConfig()
await startService(AuditModule, {
  program: 'audit',
  config,
  openPaths: ['/log', '/log/', '/v1/keys', '/v1/keys/'],
  steps: [runLog(config)],
})
