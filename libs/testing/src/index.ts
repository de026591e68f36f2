export { aChild, anEvent, type EventOverrides } from './builders.js'
export { emptyDatabase, waymarkDatabase, type TestDatabase } from './databases.js'
export { testIssuer, type ProofOverrides, type TokenOverrides } from './test-issuer.js'
