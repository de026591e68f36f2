import { address, list, programShape, readConfig, text } from '#libs/service'

/** What the environment says about this program. */
export const authConfig = () =>
  readConfig(
    {
      ...programShape(4005),
      DATABASE_URL: text(),
      KAFKA_BROKERS: list('127.0.0.1:4011'),
      TOPIC_PREFIX: text(''),
      ISSUER: address('http://127.0.0.1:4005'),
      AUDIENCE: text('https://api.waymark.example'),
    },
    process.env,
  )

export type AuthConfig = ReturnType<typeof authConfig>

/** Where the owner of the tables connects: `MIGRATION_DATABASE_URL`, else `DATABASE_URL`. */
export function ownerConfig(): { readonly url: string } {
  return { url: text(process.env['DATABASE_URL'])(process.env['MIGRATION_DATABASE_URL']) }
}
