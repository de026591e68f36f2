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
