import { shared } from '../jest.config.js'

/** Real PostgreSQL and a real Kafka, started once per run; KAFKA_BROKERS and TEST_DATABASE_URL replace them. */
export default {
  ...shared,
  rootDir: '..',
  testMatch: ['<rootDir>/e2e/**/*.e2e.spec.ts'],
  globalSetup: '<rootDir>/e2e/start-servers.ts',
  globalTeardown: '<rootDir>/e2e/stop-servers.ts',
  testSequencer: '<rootDir>/e2e/faults-last.mjs',
  testTimeout: 60_000,
}
