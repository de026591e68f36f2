import { runMigrations } from '#libs/postgres'
import { ownerConfig } from './auth.config.js'
import { migrations } from './migrations/index.js'

await runMigrations({ url: ownerConfig().url, schema: 'auth', migrations })
