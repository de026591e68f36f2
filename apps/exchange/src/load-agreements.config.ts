import { readConfig, text } from '#libs/service'

/** Who loads data owns the tables, as in a migration. */
export const loadAgreementsConfig = () => {
  const { MIGRATION_DATABASE_URL, DATABASE_URL } = readConfig(
    { MIGRATION_DATABASE_URL: text(''), DATABASE_URL: text('') },
    process.env,
  )
  return { databaseUrl: MIGRATION_DATABASE_URL === '' ? DATABASE_URL : MIGRATION_DATABASE_URL }
}
