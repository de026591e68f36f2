import { mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { PostedEvent } from '#libs/events'
import { newId } from '#libs/postgres'
import { aChild, anEvent, waymarkDatabase, type TestDatabase } from '#libs/testing'
import { ExchangeUnderTest, until } from './exchange-under-test.js'

type Json = Record<string, unknown>
type Path = readonly (string | number)[]

jest.setTimeout(60_000)

const base = 'https://waymark.example/schemas/'
const events = readdirSync('schemas/events').filter((name) => /(?<!published|topics|asyncapi)[.]json$/.test(name))
const described = new Ajv2020({ strict: false, validateFormats: false })
for (const name of events) described.addSchema(read(`schemas/events/${name}`))
described.addSchema(read('schemas/rest/openapi.json'), `${base}rest/openapi.json`, false, false)

function read(path: string): Json {
  return JSON.parse(readFileSync(path, 'utf8')) as Json
}

/** What the OpenAPI document says against an answer; nothing, if it is as described. */
function strangeIn(place: string, value: unknown): unknown {
  const validate = described.compile({ $ref: `${base}rest/openapi.json#/${place}` })
  return validate(value) ? undefined : validate.errors
}

function bodyOf(path: string, method: string, answer: { statusCode: number; mediaType: string }): string {
  const [at, type] = [path, answer.mediaType].map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
  return `paths/${at}/${method}/responses/${answer.statusCode}/content/${type}/schema`
}

const problem = 'components/schemas/Problem'
const posters: Readonly<Record<string, string>> = {
  any: 'northbridge-council',
  council: 'northbridge-council',
  school: 'larkhill-primary',
  nhs: 'northbridge-hospitals',
  police: 'vale-police',
  housing: 'northbridge-housing',
}
const posted = readdirSync('schemas/events/golden').filter((short) => !short.startsWith('hub.'))
const posterOf = (short: string) => posters[short.split('.')[0] ?? ''] ?? ''

function eventOf(short: string): PostedEvent {
  const event = anEvent(short, { id: newId(), source: `urn:waymark:agency:${posterOf(short)}` })
  return {
    ...event,
    data: { ...event.data, child: aChild({ recordId: newId() }), occurredAt: new Date().toISOString() },
  }
}

const takenAway = Symbol('taken away')

/** An event with one value put at a path. */
function bent(event: PostedEvent, path: Path, value: unknown): unknown {
  const copy = structuredClone(event) as unknown as Json
  const parent = path.slice(0, -1).reduce<Json>((node, part) => node[part] as Json, copy)
  const last = path.at(-1) ?? ''
  if (value === takenAway) Reflect.deleteProperty(parent, last)
  else parent[last] = value
  return copy
}

const pointerOf = (path: Path) => ['#', ...path].join('/')

interface FieldSchema {
  readonly type?: string
  readonly maxLength?: number
  readonly maximum?: number
  readonly minimum?: number
  readonly format?: string
  readonly enum?: readonly unknown[]
}

type Wrong = readonly [what: string, value: unknown]

const noDates: readonly Wrong[] = [
  ['a day that does not exist', '2026-02-30'],
  ['a day as people write it', '20/11/2026'],
  ['the hour 24', '2026-11-20T24:00:00Z'],
]
const noObjects: readonly Wrong[] = [
  ['a text', 'x'],
  ['a member nobody knows', { unknown: 1 }],
]

/** What a field of each type cannot hold. */
const wrongOf: Readonly<Record<string, (schema: FieldSchema) => readonly Wrong[]>> = {
  string: ({ maxLength = 3_000, format = '', enum: codes }) => [
    ['a number', 7],
    ['nothing', ''],
    ['NUL', 'a\u0000b'],
    ['a text too long', 'x'.repeat(maxLength + 1)],
    ...(codes ? [['a code of no list', 'nobody-has-this'] as const] : []),
    ...(format.startsWith('date') ? noDates : []),
  ],
  integer: ({ minimum = 0, maximum = 0 }) => [
    ['a number as text', '3'],
    ['a half', 1.5],
    ['one too many', maximum + 1],
    ['one too few', minimum - 1],
  ],
  boolean: () => [
    ['a truth as text', 'true'],
    ['a number', 1],
  ],
}

/** Values that a field of such a schema cannot have, each with a word for it. */
function wrongValues(schema: FieldSchema): readonly Wrong[] {
  return [['null', null], ['a list', []], ...(wrongOf[schema.type ?? '']?.(schema) ?? noObjects)]
}

function fieldsOf(short: string): readonly (readonly [string, FieldSchema, boolean])[] {
  const schema = read(`schemas/events/uk.waymark.${short}.v1.json`) as {
    properties: {
      data: { properties: { body: { properties: Record<string, FieldSchema>; required: readonly string[] } } }
    }
  }
  const { properties, required } = schema.properties.data.properties.body
  return Object.entries(properties).map(([name, field]) => [name, field, required.includes(name)])
}

interface Answered {
  readonly status: number
  readonly code: string
  readonly errors?: readonly { readonly pointer: string; readonly code: string }[]
}

describe('the doors of exchange, as the OpenAPI document describes them', () => {
  let place: TestDatabase
  let hub: ExchangeUnderTest
  beforeAll(async () => {
    place = await waymarkDatabase()
    hub = await ExchangeUnderTest.start(place, mkdtempSync(join(tmpdir(), 'waymark-described-')))
  }, 120_000)
  afterAll(async () => {
    await hub.stop()
    await place.drop()
  })

  const json = 'application/json'

  it('answer posts, feeds, standings and acknowledgements in the forms described', async () => {
    const plan = eventOf('council.protection-plan.started')
    await hub.involve(hub.identity.childOf(plan.data.child), 'larkhill-primary', 'registered')
    const other = eventOf('council.protection-plan.started')
    const strange: unknown[] = []
    for (const [body, statusCode] of [
      [plan, 202],
      [plan, 202],
      [[plan, other], 202],
      [[plan, { nonsense: true }, bent(other, ['data', 'sharingBasis'], takenAway)], 207],
    ] as const) {
      const answer = await hub.post('northbridge-council', body)
      expect(answer.statusCode).toBe(statusCode)
      strange.push(strangeIn(bodyOf('/v1/events', 'post', { statusCode, mediaType: json }), answer.json()))
    }
    const { events: sealed } = await hub.feed('larkhill-primary', 0)
    const word = eventOf('any.basis.withdrawn')
    const withdrawn = bent(word, ['data', 'sharingBasis', 'purpose'], 'safeguard-child') as PostedEvent
    const naming = bent(withdrawn, ['data', 'body', 'withdrawsEventId'], sealed[0]?.id)
    expect((await hub.post('northbridge-council', naming)).statusCode).toBe(202)
    await until(async () => (await hub.head('larkhill-primary')) > sealed.length)
    const { headers, events: slots } = await hub.feed('larkhill-primary', 0)
    const ways = new Set(slots.map(({ type }) => type))
    expect(ways).toEqual(new Set(['uk.waymark.hub.copy.sealed.v1', 'uk.waymark.hub.copy.withdrawn.v1']))
    const mediaType = 'application/cloudevents-batch+json'
    strange.push(strangeIn(bodyOf('/v1/feed', 'get', { statusCode: 200, mediaType }), slots))
    const feed = read('schemas/rest/openapi.json') as { paths: Record<string, { get: { responses: Json } }> }
    const { headers: named } = feed.paths['/v1/feed']?.get.responses['200'] as { headers: Json }
    for (const name of Object.keys(named))
      expect([name, headers[name.toLowerCase()]]).toEqual([name, expect.any(String)])
    const caller = JSON.stringify(hub.caller('larkhill-primary'))
    const status = await hub.app.inject({ url: '/v1/feed/status', headers: { 'x-caller': caller } })
    strange.push(strangeIn(bodyOf('/v1/feed/status', 'get', { statusCode: 200, mediaType: json }), status.json()))
    const acknowledged = await hub.acknowledge('larkhill-primary', 1)
    const taken = bodyOf('/v1/acknowledgements', 'post', { statusCode: 200, mediaType: json })
    strange.push(strangeIn(taken, acknowledged.json()))
    expect(strange.filter((one) => one !== undefined)).toEqual([])
  })

  it.each(posted)('name every field of %s that holds what it cannot, with a code and its place', async (short) => {
    const event = eventOf(short)
    const wrong: unknown[] = []
    const refused = async (what: string, path: Path, value: unknown) => {
      const answer = await hub.post(posterOf(short), bent(event, path, value))
      const { status, code, errors = [] } = answer.json<Answered>()
      const isPlaced = errors.some(({ pointer }) => `${pointer}/`.startsWith(`${pointerOf(path)}/`))
      const isGood = status === 422 && code === 'SCHEMA_INVALID' && isPlaced && !strangeIn(problem, answer.json())
      if (!isGood) wrong.push({ what, path: pointerOf(path), answer: answer.body })
    }
    for (const [name, schema, isRequired] of fieldsOf(short)) {
      const path = ['data', 'body', name]
      for (const [what, value] of wrongValues(schema)) await refused(what, path, value)
      if (isRequired) await refused('taken away', path, takenAway)
    }
    for (const name of ['occurredAt', 'urgency', 'child', 'body'])
      await refused('taken away', ['data', name], takenAway)
    expect(wrong).toEqual([])
  })

  it.each<[string, Path, unknown, string, number?]>([
    ['an empty id', ['id'], '', 'SCHEMA_INVALID'],
    ['an id too long', ['id'], 'x'.repeat(201), 'SCHEMA_INVALID'],
    ['another specification', ['specversion'], '0.3', 'SCHEMA_INVALID'],
    ['an instant that does not exist', ['time'], '2026-02-30T00:00:00Z', 'SCHEMA_INVALID'],
    ['a schema that is no address', ['dataschema'], 'plan', 'SCHEMA_INVALID'],
    ['an attribute nobody knows', ['priority'], 1, 'SCHEMA_INVALID'],
    ['a subject', ['subject'], 'x', 'SCHEMA_INVALID'],
    ['a sequence that is a number', ['sendersequence'], 12, 'SCHEMA_INVALID'],
    ['a basis that is text', ['data', 'sharingBasis'], 'x', 'SCHEMA_INVALID'],
    ['no basis', ['data', 'sharingBasis'], takenAway, 'BASIS_MISSING'],
    ['no detriment test', ['data', 'sharingBasis', 'detriment'], takenAway, 'SCHEMA_INVALID'],
    ['an assertion too long', ['data', 'assertions'], [{ text: 'x'.repeat(1001), nature: 'fact' }], 'SCHEMA_INVALID'],
    [
      '51 recipients',
      ['data', 'requestedRecipients'],
      Array.from({ length: 51 }, (_, n) => `a-${n}`),
      'SCHEMA_INVALID',
    ],
    ['a recipient twice', ['data', 'requestedRecipients'], ['vale-police', 'vale-police'], 'SCHEMA_INVALID'],
    ['a child in two ways', ['data', 'child', 'uci'], '99MJ-YZXT-0T', 'SCHEMA_INVALID'],
    ['a type of no text', ['type'], 4, 'SCHEMA_INVALID'],
    ['a type of the hub', ['type'], 'uk.waymark.hub.event.held.v1', 'TYPE_NOT_ALLOWED', 403],
    ['a source of another', ['source'], 'urn:waymark:agency:vale-police', 'SOURCE_NOT_YOURS', 403],
  ])('refuse %s', async (...row) => {
    const [, path, value, code, status = 422] = row
    const event = eventOf('council.protection-plan.started')
    const answer = await hub.post('northbridge-council', bent(event, path, value))
    const body = answer.json<Answered>()
    expect([answer.statusCode, body.status, body.code]).toEqual([status, status, code])
    expect(
      body.errors?.some(
        ({ pointer }) => `${pointerOf(path)}/`.startsWith(`${pointer}/`) || pointer.startsWith(pointerOf(path)),
      ),
    ).toBe(true)
    expect(strangeIn(problem, body)).toBeUndefined()
  })

  it.each([
    ['a name twice', (text: string) => text.replace('{', '{"id":"a",')],
    ['a name twice, deep inside', (text: string) => text.replace('"body":{', '"body":{"z":[{"a":1,"a":2}],')],
    [
      'half a character where nobody looks',
      (text: string) => text.replace('"body":{', String.raw`"body":{"z":"\ud800",`),
    ],
    ['half a character in a name', (text: string) => text.replace('"body":{', String.raw`"body":{"\udc00":1,`)],
    ['a number that is none', (text: string) => text.replace('"body":{', '"body":{"z":1e999,')],
    [
      '65 lists in each other',
      (text: string) => text.replace('"body":{', `"body":{"z":${'['.repeat(65)}${']'.repeat(65)},`),
    ],
    ['a way to a prototype', (text: string) => text.replace('"body":{', '"body":{"__proto__":{},')],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['half an event', (text: string) => text.slice(0, -20)],
    ['a comment', (text: string) => `${text} // end`],
  ])('cannot read %s, alone or in a batch', async (_, spoil) => {
    const caller = { ...hub.caller('northbridge-council'), purpose: undefined }
    const text = spoil(JSON.stringify(eventOf('council.protection-plan.started')))
    for (const [type, payload] of [
      ['application/cloudevents+json', text],
      ['application/cloudevents-batch+json', `[${text}]`],
    ] as const) {
      const headers = { 'content-type': type, 'x-caller': JSON.stringify(caller) }
      const answer = await hub.app.inject({ method: 'POST', url: '/v1/events', headers, payload })
      expect(answer.json()).toMatchObject({ status: 400, code: 'MALFORMED' })
      expect(strangeIn(problem, answer.json())).toBeUndefined()
    }
  })

  it.each([
    ['after', '-1'],
    ['limit', '0'],
    ['wait', '1.5'],
  ])('name the parameter %s where it is bad, and let nobody keep where a feed stands', async (name, value) => {
    const headers = { 'x-caller': JSON.stringify(hub.caller('northbridge-council')) }
    const answer = await hub.app.inject({ url: `/v1/feed?${name}=${value}`, headers })
    const errors = [{ pointer: `#/${name}`, code: 'FIELD_FORM' }]
    expect(answer.json()).toMatchObject({ status: 400, code: 'MALFORMED', errors })
    const status = await hub.app.inject({ url: '/v1/feed/status', headers })
    expect(status.headers['cache-control']).toBe('no-store')
  })

  it('keep deep and odd members of a body that is open', async () => {
    const event = eventOf('council.protection-plan.started')
    const deep = JSON.parse(`${'['.repeat(60)}${']'.repeat(60)}`) as unknown
    const body = { ...event.data.body, deep, huge: 1e300, odd: '\u0000\u202e', '': '', 'a/b~c': null }
    expect((await hub.post('northbridge-council', bent(event, ['data', 'body'], body))).statusCode).toBe(202)
  })
})
