import { list, programShape, readConfig, text, verifierShape } from '#libs/service'

/** What the environment says about this program. */
export const auditConfig = () =>
  readConfig(
    {
      ...programShape(4004),
      ...verifierShape,
      DATABASE_URL: text(''),
      KAFKA_BROKERS: list('127.0.0.1:4011'),
      TOPIC_PREFIX: text(''),
      LOG_ORIGIN: text('waymark.example/log'),
      WITNESS_URLS: list(''),
      WITNESS_POLICY: text('.data/keys/witness-policy.txt'),
      RECEIPT_KEYS: text('.data/keys/receipt-keys.json'),
    },
    process.env,
  )

export type AuditConfig = ReturnType<typeof auditConfig>
