import { forgetKeyedRequests, startService } from '#libs/service'
import { keepQueue } from './change/keep-queue.timer.js'
import { identityConfig } from './identity.config.js'
import { IdentityModule } from './identity.module.js'
import { keepIndex, runBulkLoads, runRelay } from './identity.steps.js'
import { renewProfiles } from './renewal/renew-profiles.timer.js'
import { mineDaily } from './variant/mine-variants.timer.js'

const config = identityConfig()
await startService(IdentityModule, {
  program: 'identity',
  config,
  steps: [keepIndex(config), runBulkLoads, keepQueue, renewProfiles, mineDaily, runRelay(config), forgetKeyedRequests],
})
