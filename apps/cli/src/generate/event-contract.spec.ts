import { describe, expect, it } from '@jest/globals'
import { breakingChanges, contractOf } from './event-contract.js'

const text = { type: 'string', maxLength: 20 }
const schema = {
  type: 'object',
  required: ['on'],
  properties: {
    on: text,
    code: { type: 'string', enum: ['A', 'B'] },
    list: { type: 'array', items: { type: 'string', pattern: 'phone' } },
  },
}
const published = contractOf(schema)

function changes(properties: Record<string, unknown>, more: Record<string, unknown> = {}): readonly string[] {
  return breakingChanges(
    published,
    contractOf({ ...schema, ...more, properties: { ...schema.properties, ...properties } }),
  )
}

describe('the contract of a version', () => {
  it('goes into lists', () => {
    expect(published['/list/*']).toEqual({ type: 'string', pattern: 'phone' })
  })

  it('may be widened: longer texts, more codes, more optional fields, fewer required ones', () => {
    expect(
      changes({ on: { type: 'string', maxLength: 30 }, code: { type: 'string', enum: ['A', 'B', 'C'] }, more: text }),
    ).toEqual([])
    expect(changes({}, { required: [] })).toEqual([])
  })

  it.each([
    ['a field removed', { code: undefined }, {}, '/code: removed'],
    ['a field newly required', {}, { required: ['on', 'code'] }, '/: required narrowed'],
    ['a shorter text', { on: { type: 'string', maxLength: 10 } }, {}, '/on: maxLength narrowed'],
    ['a least length', { on: { ...text, minLength: 1 } }, {}, '/on: minLength narrowed'],
    ['fewer codes', { code: { type: 'string', enum: ['A'] } }, {}, '/code: enum narrowed'],
    ['another type', { on: { type: 'integer', maxLength: 20 } }, {}, '/on: type narrowed'],
    ['a form', { on: { ...text, format: 'date' } }, {}, '/on: format narrowed'],
  ])('is broken by %s', (_, properties, more, change) => {
    const left = Object.fromEntries(
      Object.entries({ ...schema.properties, ...properties }).filter(([, value]) => value !== undefined),
    )
    expect(breakingChanges(published, contractOf({ ...schema, ...more, properties: left }))).toEqual([change])
  })
})
