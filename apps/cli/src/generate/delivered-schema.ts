import { schemaName, type Json } from './read-contracts.js'

interface BodySchema {
  readonly required: readonly string[]
  readonly properties: Readonly<Record<string, Json>>
}

const base = 'https://waymark.example/schemas/events/'

/**
 * What a recipient gets of a type: core fields as required as when posted, every other group optional, fields that
 * stay with the hub gone, and nothing else. A code that stays may be told as another field, which is then required.
 */
export function deliveredSchema(posted: Json): Json {
  const name = schemaName(posted)
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${base}${name}.delivered.json`,
    title: `${posted['title'] as string}, as delivered`,
    type: 'object',
    allOf: [{ $ref: 'delivered-envelope.json' }],
    properties: {
      type: { const: name, type: 'string' },
      dataschema: { const: `${base}${name}.delivered.json`, type: 'string' },
      data: { type: 'object', properties: { body: deliveredBody(bodyOf(posted)) } },
    },
  }
}

function deliveredBody({ required, properties }: BodySchema): Json {
  const leaving = Object.entries(properties).filter(([, schema]) => schema['x-field-group'] !== 'stays')
  const toldAs = Object.values(properties).map((schema) => schema['x-told-as'])
  const core = leaving
    .filter(
      ([name, schema]) => schema['x-field-group'] === 'core' && (required.includes(name) || toldAs.includes(name)),
    )
    .map(([name]) => name)
  return { type: 'object', additionalProperties: false, required: core, properties: Object.fromEntries(leaving) }
}

function bodyOf(posted: Json): BodySchema {
  const { data } = posted['properties'] as { data: { properties: { body: BodySchema } } }
  return data.properties.body
}
