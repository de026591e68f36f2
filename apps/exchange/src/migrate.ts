import { runMigrations } from '#libs/postgres'
import { migrateConfig } from './migrate.config.js'
import { migrations } from './migrations/index.js'

await runMigrations({ url: migrateConfig().MIGRATION_DATABASE_URL, schema: 'exchange', migrations })
