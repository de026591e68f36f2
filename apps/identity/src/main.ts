import { startService } from '#libs/service'
import { identityConfig } from './identity.config.js'
import { IdentityModule } from './identity.module.js'
import { runRelay } from './identity.steps.js'

const config = identityConfig()
await startService(IdentityModule, { program: 'identity', config, steps: [runRelay(config)] })
