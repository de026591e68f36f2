import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { buildSchema, parse, validate } from 'graphql'
import { askedChildrenOf } from './asked-children.js'
import { limitFaultOf } from './sandbox-limits.js'

const folder = 'schemas/operations'
const names = readdirSync(folder).filter((name) => name.endsWith('.graphql'))
const documents = names.map((name) => [name, parse(readFileSync(`${folder}/${name}`, 'utf8'))] as const)
const apiSchema = buildSchema(readFileSync('schemas/graphql/api.graphql', 'utf8'))

describe('the standard operations', () => {
  it.each(documents)('%s is one operation of that name', (name, document) => {
    expect(document.definitions).toMatchObject([{ name: { value: name.replace('.graphql', '') } }])
  })

  it.each(documents)('%s is within the limits of free text', (_, document) => {
    expect(limitFaultOf(document, {})).toBeUndefined()
  })

  it.each(documents)('%s fits the schema that clients see', (_, document) => {
    expect(validate(apiSchema, document)).toEqual([])
  })
})

describe('whom an operation asks about', () => {
  const asked = (text: string, variables = {}) => askedChildrenOf(parse(text))(variables)
  it('finds every child that is named, in one form however it is written', () => {
    expect(asked('query q($uci: ID!) { child(uci: $uci) { uci } }', { uci: '99mj-yzxt-0t' })).toEqual([
      'urn:waymark:uci 99MJYZXT0T',
    ])
    expect(asked('{ a: child(uci: "99MJ YZXT 0T") { uci } b: child(uci: "99MJ-YZXT-0T") { uci } }')).toHaveLength(1)
    expect(
      asked('{ ...f ... { child(uci: "1") { uci } } } fragment f on Query { child(uci: "2") { uci } }'),
    ).toHaveLength(2)
    expect(asked('{ childByIdentifier(system: "s", value: "999 000 0018") { uci } }')).toEqual(['s 9990000018'])
  })

  it('finds nobody where nobody is named', () => {
    expect(asked('{ handovers { edges { node { id } } } }')).toEqual([])
  })
})
