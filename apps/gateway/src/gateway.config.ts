import { address, programShape, readConfig, text, verifierShape, whole } from '#libs/service'

/** What the environment says about this program. */
export const gatewayConfig = () =>
  readConfig(
    {
      ...programShape(4000),
      ...verifierShape,
      DATABASE_URL: text(),
      GATEWAY_URL: address('http://127.0.0.1:4000'),
      IDENTITY_URL: address('http://127.0.0.1:4001'),
      EXCHANGE_URL: address('http://127.0.0.1:4002'),
      SAFEGUARDING_URL: address('http://127.0.0.1:4003'),
      AUDIT_URL: address('http://127.0.0.1:4004'),
      SUPERGRAPH_FILE: text('schemas/graphql/supergraph.graphql'),
      ERROR_PAGES_FILE: text('schemas/errors/pages.json'),
      REQUESTS_PER_MINUTE: whole({ min: 1, max: 100_000_000 }, 600_000),
    },
    process.env,
  )
