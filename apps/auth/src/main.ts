import { start } from '#libs/service'
import { authConfig } from './auth.config.js'
import { AuthModule } from './auth.module.js'
import { relayRefusals, serveTokens } from './auth.steps.js'
import { ProviderDoor } from './provider/provider.door.js'

const config = authConfig()
const door = new ProviderDoor(config.ISSUER)
await start(AuthModule.with(config), {
  program: 'auth',
  port: config.PORT,
  managementPort: config.MANAGEMENT_PORT,
  logLevel: config.LOG_LEVEL,
  door,
  steps: [serveTokens(config, door), relayRefusals(config)],
})
