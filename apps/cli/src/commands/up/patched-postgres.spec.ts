import { describe, expect, it } from '@jest/globals'
import { warningOfPostgres } from './patched-postgres.js'

describe('a PostgreSQL in which row-level security can be passed', () => {
  it.each(['18.4', '18.6', '17.11', '16.2', '15.19', '14.30'])('%s is told apart', (version) => {
    expect(warningOfPostgres(version)).toContain(`PostgreSQL ${version} lets a role read past row-level security`)
  })

  it.each(['18.7', '18.10', '17.12', '16.16', '15.20', '19.0'])('%s is not one', (version) => {
    expect(warningOfPostgres(version)).toBeUndefined()
  })
})
