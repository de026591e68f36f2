import { address, list, programShape, readConfig, text, verifierShape, whole } from '#libs/service'

/** What the environment says about this program. */
export const exchangeConfig = () =>
  readConfig(
    {
      ...programShape(4002),
      ...verifierShape,
      WAYMARK_KEY_FILE: text(''),
      DATABASE_URL: text(''),
      KAFKA_BROKERS: list('127.0.0.1:4011'),
      TOPIC_PREFIX: text(''),
      IDENTITY_URL: address('http://127.0.0.1:4001'),
      // Rows not yet published: a day at 100 events a second.
      OUTBOX_LIMIT: whole({ min: 1, max: 100_000_000 }, 8_640_000),
    },
    process.env,
  )

export type ExchangeConfig = ReturnType<typeof exchangeConfig>

/** Injection token of the settings. */
export const exchangeSettings = Symbol('the settings of exchange')
