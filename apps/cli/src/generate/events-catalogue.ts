import { readdir, readFile } from 'node:fs/promises'
import type { GeneratedFile } from './written.js'

type Json = Record<string, unknown>

/** The parts of a posted type's schema that the generator reads. */
interface TypeSchema extends Json {
  readonly $id: string
  readonly title: string
  readonly properties: { readonly data: { readonly properties: { readonly body: BodySchema } } }
}

interface BodySchema {
  readonly required: readonly string[]
  readonly properties: Readonly<Record<string, Json>>
}

const folder = 'schemas/events'
const base = 'https://waymark.example/schemas/events/'
const ours = /^uk\.waymark\..*\.v\d+\.json$/
const shared = [
  'definitions.json',
  'sharing-basis.json',
  'envelope.json',
  'hub-envelope.json',
  'delivered-envelope.json',
]

/** The delivered schema of every type, and the source file that carries all schemas and code lists into libs/events. */
export async function eventsCatalogueFiles(): Promise<readonly GeneratedFile[]> {
  const types = await readTypes()
  const routed = types.filter(({ schema }) => !(schema['x-waymark'] as Json)['outer'])
  const delivered = routed.map(({ name, schema }) => ({ name, schema: deliveredSchema(name, schema) }))
  const files = delivered.map(({ name, schema }) => ({
    path: `${folder}/${name}.delivered.json`,
    text: pretty(schema),
  }))
  const text = catalogueSource({
    sharedSchemas: await Promise.all(shared.map(readJson)),
    postedSchemas: routed.map(({ schema }) => schema),
    deliveredSchemas: delivered.map(({ schema }) => schema),
    codeLists: await readCodeLists(),
    topicList: ((await readJson('topics.json')) as { topics: Json[] }).topics,
  })
  return [...files, { path: 'libs/events/src/catalogue.generated.ts', text }]
}

async function readTypes(): Promise<readonly { name: string; schema: TypeSchema }[]> {
  const names = (await readdir(folder)).filter((name) => ours.test(name)).sort()
  return Promise.all(
    names.map(async (file) => ({ name: file.replace(/\.json$/, ''), schema: (await readJson(file)) as TypeSchema })),
  )
}

async function readJson(name: string): Promise<Json> {
  return JSON.parse(await readFile(`${folder}/${name}`, 'utf8')) as Json
}

async function readCodeLists(): Promise<readonly Json[]> {
  const names = (await readdir('schemas/codes')).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(`schemas/codes/${name}`, 'utf8')) as Json))
}

/**
 * What a recipient gets of a type: core fields as required as when posted, every other group optional, fields that
 * stay with the hub gone, and nothing else. A code that stays may be told as another field, which is then required.
 */
export function deliveredSchema(name: string, posted: TypeSchema): Json {
  const { properties, required } = posted.properties.data.properties.body
  const leaving = Object.entries(properties).filter(([, schema]) => schema['x-field-group'] !== 'stays')
  const toldAs = Object.values(properties).map((schema) => schema['x-told-as'])
  const core = leaving
    .filter(
      ([field, schema]) => schema['x-field-group'] === 'core' && (required.includes(field) || toldAs.includes(field)),
    )
    .map(([field]) => field)
  const body = { type: 'object', additionalProperties: false, required: core, properties: Object.fromEntries(leaving) }
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `${base}${name}.delivered.json`,
    title: `${posted.title}, as delivered`,
    type: 'object',
    allOf: [{ $ref: 'delivered-envelope.json' }],
    properties: {
      type: { const: name, type: 'string' },
      dataschema: { const: `${base}${name}.delivered.json`, type: 'string' },
      data: { type: 'object', properties: { body } },
    },
  }
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function catalogueSource(parts: Readonly<Record<string, unknown>>): string {
  const constants = Object.entries(parts).map(
    ([name, value]) => `export const ${name}: readonly Json[] = ${JSON.stringify(value, null, 1)}\n`,
  )
  return `// Generated from schemas/events and schemas/codes by \`npm run generate\`.\n\ntype Json = Record<string, unknown>\n\n${constants.join('\n')}`
}
