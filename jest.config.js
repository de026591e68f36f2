import { availableParallelism } from 'node:os'

/** A bound for what hangs, on a busy machine too. Jest reads it at the top of a configuration alone, and in no project. */
export const testTimeout = 30_000

/** e2e/jest.config.js spreads this too, with rootDir '..' and its own testMatch. */
export const shared = {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: { '^.+\\.ts$': '@swc/jest' },
  setupFiles: ['reflect-metadata'],
}
const tests = '<rootDir>/{apps,libs}/**'
const db = {
  globalSetup: '<rootDir>/libs/testing/src/start-postgres.ts',
  globalTeardown: '<rootDir>/libs/testing/src/stop-postgres.ts',
}

export default {
  testTimeout,
  /** Two also where there are two cores, since much is waiting; each has a PostgreSQL of its own, but for one that is named. */
  maxWorkers: process.env.TEST_DATABASE_URL ? 1 : Math.min(4, Math.max(2, availableParallelism())),
  /** Modules of finished specs are never let go of by a worker, and collecting garbage around them costs more and more. */
  workerIdleMemoryLimit: '700MB',
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: [`${tests}/*.spec.ts`],
      testPathIgnorePatterns: ['[.]db[.]spec[.]ts$', '/dist/'],
    },
    {
      ...shared,
      displayName: 'db',
      testMatch: [`${tests}/*.db.spec.ts`],
      testPathIgnorePatterns: ['/dist/'],
      ...db,
    },
  ],
}
