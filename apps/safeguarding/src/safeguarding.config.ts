import { list, programShape, readConfig, text, verifierShape } from '#libs/service'

/** What the environment says about this program. */
export const safeguardingConfig = () =>
  readConfig(
    {
      ...programShape(4003),
      ...verifierShape,
      DATABASE_URL: text(''),
      KAFKA_BROKERS: list('127.0.0.1:4011'),
      TOPIC_PREFIX: text(''),
    },
    process.env,
  )

export type SafeguardingConfig = ReturnType<typeof safeguardingConfig>
