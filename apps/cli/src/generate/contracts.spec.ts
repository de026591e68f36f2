import { readFile } from 'node:fs/promises'
import { describe, expect, it } from '@jest/globals'
import { asyncApiFile } from './async-api.js'
import { compose } from './graph.js'
import { openApiFile } from './open-api.js'
import { problemCodeFiles, readCatalogue } from './problem-codes.js'
import { readEventSources } from './read-contracts.js'

describe('AsyncAPI', () => {
  it('is accepted by its parser, and names what agencies post, their slots and what is inside them', async () => {
    const { text } = await asyncApiFile(await readEventSources())
    const { channels } = JSON.parse(text) as { channels: Record<string, { messages: Record<string, unknown> }> }
    expect(Object.keys(channels['events']?.messages ?? {})).toHaveLength(26)
    expect(Object.keys(channels['feed']?.messages ?? {})).toHaveLength(2)
    expect(Object.keys(channels['copies']?.messages ?? {})).toHaveLength(35)
    expect(channels).toHaveProperty(['waymark.record-events.v1'])
  })

  it('is refused by its parser where a message has no schema', async () => {
    const sources = await readEventSources()
    await expect(asyncApiFile({ ...sources, shared: [] })).rejects.toThrow('AsyncAPI')
  })
})

describe('the graph', () => {
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'
  const identity = `${link} type Query { child(uci: ID!): Child } type Child @key(fields: "uci") { uci: ID! }`
  const safeguarding = `${link} type Child @key(fields: "uci") { uci: ID! flags: [String!] }`

  it('is composed of its parts, at addresses that lead nowhere', () => {
    const { supergraph, api } = compose(
      new Map([
        ['identity', identity],
        ['safeguarding', safeguarding],
      ]),
    )
    expect(supergraph).toContain('http://safeguarding.invalid/graphql')
    expect(api).toContain('flags: [String!]')
    expect(api).not.toContain('@')
  })

  it('does not compose of parts that disagree, and says why', () => {
    const other = safeguarding.replace('flags: [String!]', 'other: Missing')
    expect(() =>
      compose(
        new Map([
          ['identity', identity],
          ['safeguarding', other],
        ]),
      ),
    ).toThrow('Missing')
  })
})

describe('OpenAPI', () => {
  const document = (path: string, schema = {}) =>
    JSON.stringify({
      openapi: '3.1.0',
      info: {},
      paths: { [path]: { post: { summary: 's' } } },
      components: { schemas: { Fault: schema } },
    })
  const catalogue = readCatalogue(
    'codes:\n  GONE: { kind: problem, status: 410, title: Gone, owner: x, retryable: false, description: It went., remedy: Ask for another. }\n',
  )
  const merged = (printed: Parameters<typeof openApiFile>[0]) => {
    const [file] = openApiFile(printed, catalogue)
    return JSON.parse(file?.text ?? '') as {
      paths: Record<string, Record<string, Record<string, unknown>>>
      components: { schemas: Record<string, { properties: { code: object } }> }
      security: unknown
    }
  }

  it('joins the programs’ paths and says who owns each', () => {
    const { paths } = merged(
      new Map([
        ['exchange', document('/v1/events')],
        ['audit', document('/v1/keys')],
      ]),
    )
    expect(paths).toMatchObject({
      '/v1/events': { post: { summary: 's', tags: ['exchange'] } },
      '/v1/keys': { post: { summary: 's', tags: ['audit'] } },
    })
  })

  it('says what the gateway asks of every request and may answer, but no token of what is public', () => {
    const open = { get: { summary: 's', security: [], responses: { 200: { description: 'd' } } } }
    const { paths, components, security } = merged(
      new Map([
        ['exchange', document('/v1/events')],
        ['audit', JSON.stringify({ openapi: '3.1.0', info: {}, paths: { '/v1/keys': open } })],
      ]),
    )
    expect(security).toEqual([{ dpop: [] }])
    expect(components.schemas['Problem']?.properties.code).toEqual({ type: 'string', enum: ['GONE'] })
    const problem = { $ref: '#/components/responses/Problem' }
    const headers = ['Proof', 'Purpose', 'Actor'].map((name) => ({ $ref: `#/components/parameters/${name}` }))
    expect(paths['/v1/events']?.['post']).toMatchObject({ parameters: headers, responses: { default: problem } })
    expect(paths['/v1/keys']?.['get']).toMatchObject({ responses: { 200: { description: 'd' }, default: problem } })
    expect(paths['/v1/keys']?.['get']).not.toHaveProperty('parameters')
  })

  it('says where a person has to be named, and that a body may come with its digest', () => {
    const named = { parameters: [{ name: 'Waymark-Actor', in: 'header', required: true, schema: { type: 'string' } }] }
    const document = { openapi: '3.1.0', info: {}, paths: { '/v1/x': { get: named, post: { requestBody: {} } } } }
    const { paths } = merged(new Map([['audit', JSON.stringify(document)]]))
    const headers = (...names: string[]) => names.map((name) => ({ $ref: `#/components/parameters/${name}` }))
    expect(paths['/v1/x']?.['get']?.['parameters']).toEqual(headers('Proof', 'Purpose', 'NamedActor'))
    expect(paths['/v1/x']?.['post']?.['parameters']).toEqual(headers('Proof', 'Purpose', 'Actor', 'ContentDigest'))
  })

  it('names a person at the doors that refuse whoever names none', async () => {
    const { paths } = JSON.parse(await readFile('schemas/rest/openapi.json', 'utf8')) as ReturnType<typeof merged>
    const named = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, operation]) => JSON.stringify(operation['parameters'] ?? []).includes('/NamedActor"'))
        .map(([method]) => `${method} ${path}`),
    )
    expect(named).toEqual([
      'get /v1/access-records',
      'get /v1/decisions/{id}/replay',
      'post /v1/protections',
      'post /v1/protections/{id}/lift',
      'post /v1/protections/{id}/lift/approval',
      'post /v1/rekeys/{id}/confirmation',
      'post /v1/seals',
      'post /v1/seals/{id}/approval',
      'post /v1/seals/{id}/reversal',
      'post /v1/seals/{id}/reversal/approval',
      'post /v1/what-if',
    ])
  })

  it('refuses one path of two programs, and one name of two meanings', () => {
    expect(() =>
      merged(
        new Map([
          ['exchange', document('/v1/x')],
          ['audit', document('/v1/x')],
        ]),
      ),
    ).toThrow('stands twice')
    const other = document('/v1/y', { type: 'object' })
    expect(() =>
      merged(
        new Map([
          ['exchange', document('/v1/x')],
          ['audit', other],
        ]),
      ),
    ).toThrow('stands twice')
  })
})

describe('the error catalogue', () => {
  it('makes a union of what crosses a door, and a page a code', () => {
    const text =
      'codes:\n  GONE: { kind: problem, status: 410, title: Gone, owner: x, retryable: false, description: It went., remedy: Ask for another. }\n  BAD: { kind: field, owner: x, description: It is bad., remedy: Mend it. }\n'
    const files = new Map(problemCodeFiles(readCatalogue(text)).map((file) => [file.path, file.text]))
    expect([...files.keys()]).toEqual([
      'libs/problem/src/problem-codes.generated.ts',
      'schemas/errors/pages.json',
      'docs/errors/README.md',
      'docs/errors/GONE.md',
      'docs/errors/BAD.md',
    ])
    expect(files.get('libs/problem/src/problem-codes.generated.ts')).toMatch(/GONE: \{ status: 410/)
    expect(files.get('libs/problem/src/problem-codes.generated.ts')).not.toContain('BAD')
    expect(files.get('docs/errors/BAD.md')).toContain('It is bad.\n\n**What to do:** Mend it.\n')
    const pages = JSON.parse(files.get('schemas/errors/pages.json') ?? '') as object
    expect(Object.entries(pages)).toEqual(['GONE', 'BAD'].map((code) => [code, files.get(`docs/errors/${code}.md`)]))
  })

  it('says of every code what is to be done', async () => {
    const catalogue = readCatalogue(await readFile('schemas/errors/catalogue.yaml', 'utf8'))
    const silent = Object.entries(catalogue).filter(([, { remedy }]) => !/^\S.{9,}[.]$/.test(remedy))
    expect(silent.map(([code]) => code)).toEqual([])
  })
})
