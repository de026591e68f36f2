import { readConfig, text } from '#libs/service'

/** The owner of the tables connects to migrate; the program itself never does. */
export const migrateConfig = () => readConfig({ MIGRATION_DATABASE_URL: text() }, process.env)
