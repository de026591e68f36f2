import { createHmac, createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Agency } from '../agency.js'
import { byParticulars, inventChild } from '../children.js'
import { admission } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'

const subgraphs = ['identity', 'exchange', 'safeguarding', 'audit'] as const

describe('the door of questions', () => {
  let system: System
  let school: Agency
  let uci: string
  beforeAll(async () => {
    system = await System.open()
    school = system.as('larkhill-primary')
    const child = inventChild()
    await school.publish(admission('larkhill-primary', byParticulars(child, ['upn'])))
    uci = await school.uciOf(child)
  }, 240_000)
  afterAll(() => system.close())

  const codes = (body: unknown): readonly unknown[] => {
    const { code, errors = [] } = body as { code?: string; errors?: { extensions?: { code?: string } }[] }
    return [...new Set([code, ...errors.map(({ extensions }) => extensions?.code)])].filter(
      (found) => found !== undefined,
    )
  }
  const send = (body: unknown, headers: Record<string, string> = {}) =>
    school.request('POST', '/graphql', body, headers)

  it('an unregistered hash is refused by its code, and so is a hash with a text beside it', async () => {
    const sha256Hash = 'ab'.repeat(32)
    const extensions = { persistedQuery: { version: 1, sha256Hash } }
    expect(codes((await send({ extensions, variables: {} })).body)).toEqual(['OPERATION_NOT_REGISTERED'])
    const query = '{ __typename }'
    const own = { persistedQuery: { version: 1, sha256Hash: createHash('sha256').update(query).digest('hex') } }
    expect(codes((await send({ query, extensions: own })).body)).toEqual(['OPERATION_NOT_REGISTERED'])
  })

  it('a bad UCI, identifier or variable is told by its code', async () => {
    for (const bad of ['99MJ-YZXT-0V', 'x', '99MJ YZXT 0U']) {
      const answer = await school.ask('ChildFlags', { uci: bad })
      expect([bad, codes(answer)]).toEqual([bad, ['IDENTIFIER_INVALID']])
      expect(answer.data?.['child'] ?? null).toBeNull()
    }
    const nhs = 'https://fhir.nhs.uk/Id/nhs-number'
    expect(codes(await school.ask('ChildByIdentifier', { system: nhs, value: '9990000019' }))).toEqual([
      'IDENTIFIER_INVALID',
    ])
    const unknownSystem = codes(await school.ask('ChildByIdentifier', { system: 'urn:x', value: '1' }))
    expect(unknownSystem).toHaveLength(1)
    expect(['IDENTIFIER_INVALID', 'SCHEMA_INVALID']).toContain(unknownSystem[0])
    for (const variables of [{}, { uci: 5 }, { uci: null }, { uci: ['a'] }])
      expect(
        codes(await school.ask('ChildFlags', variables)).every((code) =>
          ['SCHEMA_INVALID', 'IDENTIFIER_INVALID'].includes(String(code)),
        ),
      ).toBe(true)
  })

  it('takes null for what is left out, and refuses it where something is meant', async () => {
    const page = await school.ask('OpenHandovers', { first: 10, after: null })
    expect([codes(page), page.data?.['handovers']]).toEqual([[], expect.objectContaining({ edges: expect.any(Array) })])
    expect(codes(await school.ask('OpenHandovers', { first: null }))).toEqual(['SCHEMA_INVALID'])
  })

  it('wants somebody who asks, and a purpose of the token', async () => {
    const { client } = school
    const noActor = await client.graphql('ChildFlags', { uci }, { purpose: 'safeguard-child' })
    expect([noActor.status, codes(noActor.body)]).toEqual([400, ['MALFORMED']])
    const noPurpose = await client.graphql('ChildFlags', { uci }, { actor: 'teacher;1' })
    expect([noPurpose.status, codes(noPurpose.body)]).toEqual([403, ['PURPOSE_NOT_ALLOWED']])
    const other = await client.graphql('ChildFlags', { uci }, { actor: 'teacher;1', purpose: 'urgent-care' })
    expect([other.status, codes(other.body)]).toEqual([403, ['PURPOSE_NOT_ALLOWED']])
  })

  it('lets stewards keep the table of name variants: one names a pair, another accepts it, and a model is drafted with it', async () => {
    const { client } = system.as('data-steward')
    const as = async (person: string, operation: string, variables: Readonly<Record<string, unknown>> = {}) => {
      const asks = { purpose: 'identity-quality', actor: `data-steward;${person}` }
      const { data, ...rest } = (await client.graphql(operation, variables, asks)).body as { data?: object | null }
      return { told: Object.values(data ?? {})[0] as Readonly<Record<string, unknown>> | boolean, codes: codes(rest) }
    }
    const reason = 'One name in two languages.'
    const input = { part: 'GIVEN', names: ['Bartram', 'Tolly'], reason }
    const { told: named } = await as('st-1', 'ProposeNameVariant', { input })
    expect(named).toMatchObject({ names: ['bartram', 'tolly'], state: 'PROPOSED', origin: 'STEWARD', isYours: true })
    const decision = { input: { id: (named as { id: string }).id, decision: 'ACCEPT', reason } }
    expect((await as('st-1', 'DecideNameVariant', decision)).codes).toEqual(['ANOTHER_PERSON_NEEDED'])
    expect((await as('st-2', 'DecideNameVariant', decision)).told).toMatchObject({ state: 'ACCEPTED' })
    const { told: page } = await as('st-1', 'NameVariants', { state: null, first: 10 })
    expect(page).toMatchObject({ edges: [{ node: { names: ['bartram', 'tolly'], state: 'ACCEPTED' } }] })
    const { told: draft } = await as('st-1', 'TakeUpNameVariants')
    expect(draft).toMatchObject({ state: 'DRAFT', nameVariants: [{ part: 'GIVEN', names: ['bartram', 'tolly'] }] })
    expect((await as('st-1', 'MineNameVariants')).told).toBe(true)
    const isMinedAgain = async () => (await as('st-1', 'MineNameVariants')).told === true || undefined
    await until('names were looked through', isMinedAgain)
    expect(codes(await school.query('{ nameVariants { edges { cursor } } }'))).toEqual(['NOT_PERMITTED'])
  })

  const child = `child(uci: "99MJ-YZXT-0T") { uci }`
  const tooMuch: readonly [string, string][] = [
    ['aliases', `{ ${Array.from({ length: 16 }, (_, n) => `a${n}: ${child}`).join(' ')} }`],
    [
      'depth',
      `{ handovers(first: 1) { edges { node { child { handovers(first: 1) { edges { node { child { handovers(first: 1) { edges { node { child { uci } } } } } } } } } } } } }`,
    ],
    ['tokens', `{ ${'__typename '.repeat(1100)} }`],
    [
      'fragments that multiply',
      `{ ...a } ${'abcdefghij'
        .split('')
        .map(
          (name, n, all) =>
            `fragment ${name} on Query { ${n === all.length - 1 ? '__typename' : `...${all[n + 1] ?? ''} x${n}: __typename ...${all[n + 1] ?? ''}`} }`,
        )
        .join(' ')}`,
    ],
    ['a page of thousands', '{ handovers(first: 100000) { edges { node { id } } } }'],
    ['fragments in a circle', '{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }'],
  ]
  it.each(tooMuch)('free text stays within its limits: %s', async (_, query) => {
    const answer = await send({ query })
    expect(answer.status === 200 ? codes(answer.body).length : answer.status).toBeGreaterThan(0)
    expect(JSON.stringify(answer.body)).not.toContain('"data":{"')
  })

  it('has no introspection, no suggestions, no GET, no batch, no form, no look at how a service is made', async () => {
    const introspection = await send({ query: '{ __schema { types { name } } }' })
    expect(JSON.stringify(introspection.body)).not.toContain('"types"')
    const suggestion = await send({ query: '{ chil(uci: "x") { uci } }' })
    expect(JSON.stringify(suggestion.body)).not.toMatch(/did you mean|"child"/i)
    expect((await send([{ query: '{ __typename }' }])).status).toBe(400)
    expect((await school.request('GET', '/graphql')).body).toMatchObject({ status: 405, code: 'METHOD_NOT_ALLOWED' })
    expect((await school.request('GET', '/graphql?query={__typename}')).status).toBe(404)
    expect((await send('query=%7B__typename%7D', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      415,
    )
    expect((await send('{"query":"{__typename}","query":"{a}"}', { 'content-type': 'application/json' })).status).toBe(
      400,
    )
    for (const query of ['{ _entities(representations: []) { __typename } }', '{ _service { sdl } }']) {
      const answer = await send({ query })
      expect(codes(answer.body).length).toBeGreaterThan(0)
      expect(JSON.stringify(answer.body)).not.toMatch(/"sdl":|"_entities":\[/)
    }
  })

  it('an answer names the agencies that are connected, the same for every child', async () => {
    const one = await school.ask('ChildFlags', { uci })
    const other = await school.ask('ChildFlags', { uci: '99MJ-YZXT-0T' })
    expect(one.extensions?.coverage).toBeDefined()
    expect(other.extensions?.coverage).toEqual(one.extensions?.coverage)
  })

  it.each(subgraphs)(
    '%s, asked directly, answers nobody but the gateway: not at _entities, not at _service, not anywhere',
    async (name) => {
      const base = `http://127.0.0.1:${system.place.ports[name] ?? 0}`
      const { authorization, dpop } = await school.client.authorization('POST', '/graphql')
      const json = { 'content-type': 'application/json', 'waymark-purpose': 'safeguard-child', 'waymark-actor': 'x;y' }
      const body = (query: string) => JSON.stringify({ query })
      const forged = createHmac('sha256', Buffer.alloc(32)).update('x').digest('hex')
      const t = Math.floor(Date.now() / 1000)
      const b = createHash('sha256').update(body('{ __typename }')).digest('hex')
      const requests: readonly [string, RequestInit][] = [
        ['/graphql', { method: 'POST', headers: json, body: body('{ __typename }') }],
        ['/graphql', { method: 'POST', headers: json, body: body('{ _service { sdl } }') }],
        [
          '/graphql',
          {
            method: 'POST',
            headers: json,
            body: body('{ _entities(representations: [{ __typename: "Child", uci: "99MJ-YZXT-0T" }]) { __typename } }'),
          },
        ],
        ['/graphql', { method: 'POST', headers: { ...json, authorization, dpop }, body: body('{ _service { sdl } }') }],
        [
          '/graphql',
          {
            method: 'POST',
            headers: { ...json, authorization, 'waymark-signature': `v1;k=1;t=${t};b=${b};s=${forged}` },
            body: body('{ __typename }'),
          },
        ],
        ['/graphql?query={__typename}', { method: 'GET' }],
        ['/graphql', { method: 'OPTIONS' }],
        ['//graphql', { method: 'POST', headers: json, body: body('{ __typename }') }],
        ['/%67raphql', { method: 'POST', headers: json, body: body('{ __typename }') }],
        ['/v1/feed', { method: 'GET' }],
        ['/v1/access-records/x', { method: 'GET' }],
        [
          '/internal/v1/resolutions',
          { method: 'POST', headers: { ...json, 'waymark-service': 'exchange' }, body: '{"items":[]}' },
        ],
        ['/health/ready', { method: 'GET' }],
        ['/nowhere', { method: 'GET' }],
      ]
      for (const [path, request] of requests) {
        const answer = await fetch(base + path, request)
        const text = await answer.text()
        expect([path, answer.status, /sdl|type Query/.test(text)]).toEqual([path, 401, false])
      }
    },
  )

  it('the gateway leads nobody to what programs say among themselves', async () => {
    for (const path of [
      '/internal/v1/resolutions',
      '/v1/../internal/v1/resolutions',
      '/v1/%2e%2e/internal/v1/resolutions',
    ]) {
      const answer = await school.request('POST', path, { items: [] }).catch(() => ({ status: 404 }))
      expect([path, [401, 404].includes(answer.status)]).toEqual([path, true])
    }
  })
})
