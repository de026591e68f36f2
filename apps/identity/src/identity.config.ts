import { list, programShape, readConfig, text, verifierShape, whole } from '#libs/service'

/** What the environment says about this program. */
export const identityConfig = () =>
  readConfig(
    {
      ...programShape(4001),
      ...verifierShape,
      DATABASE_URL: text(''),
      KAFKA_BROKERS: list('127.0.0.1:4011'),
      TOPIC_PREFIX: text(''),
      LEARN_FROM_AT_LEAST: whole({ min: 2, max: 1_000_000 }, 100),
    },
    process.env,
  )

export type IdentityConfig = ReturnType<typeof identityConfig>
