import { Parser } from '@asyncapi/parser'
import { deliveredSchema } from './delivered-schema.js'
import { schemaName, type EventSources, type Json } from './read-contracts.js'
import type { GeneratedFile } from './written.js'

/**
 * The AsyncAPI 3.0 document: what agencies post, what stands in their feeds, what is inside a sealed copy, and the
 * hub's own topics, whose messages are ciphertext.
 *
 * @throws Error naming each fault if @asyncapi/parser does not accept it
 */
export async function asyncApiFile(sources: EventSources): Promise<GeneratedFile> {
  const text = `${JSON.stringify(documentOf(sources), null, 2)}\n`
  const { document, diagnostics } = await new Parser().parse(text)
  if (!document)
    throw new Error(`AsyncAPI: ${diagnostics.map(({ message, path }) => `${path.join('.')} ${message}`).join('; ')}`)
  return { path: 'schemas/events/asyncapi.json', text }
}

function documentOf({ shared, posted, slots, topics }: EventSources): Json {
  const delivered = posted.map(deliveredSchema)
  const byAgencies = posted.filter((schema) => !schemaName(schema).startsWith('uk.waymark.hub.'))
  const groups = { posted: byAgencies, delivered, slots }
  const messages = Object.values(groups)
    .flat()
    .map((schema) => [schemaName(schema), messageOf(schema)])
  const internal = Object.fromEntries(topics.map((topic) => [topic['name'], topicChannel(topic)])) as Json
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Waymark events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 in structured mode. Agencies post over HTTP and pull sealed copies from their own feed; nobody outside the hub reaches its topics.',
    },
    servers: { hub: { host: 'api.waymark.example', protocol: 'https', description: 'The gateway.' } },
    defaultContentType: 'application/cloudevents+json',
    channels: {
      events: channel('/v1/events', 'What agencies post, one or a batch.', byAgencies),
      feed: channel('/v1/feed', 'One agency’s gap-free line of slots.', slots),
      copies: channel(null, 'What stands inside a sealed slot, once its recipient has opened it.', delivered),
      ...internal,
    },
    operations: {
      postEvent: operation('receive', 'events', 'An agency posts an event.'),
      readFeed: operation('send', 'feed', 'An agency pulls its slots.'),
      openCopy: operation('send', 'copies', 'An agency opens a sealed slot.'),
    },
    components: {
      messages: { ...(Object.fromEntries(messages) as Json), ...sealedMessages },
      schemas: Object.fromEntries([...shared, ...Object.values(groups).flat()].flatMap(componentsOf)),
    },
  }
}

const sealedMessages: Json = {
  sealed: {
    summary: 'Ciphertext under the child’s own key; the key and headers name no type, agency, place or child.',
    contentType: 'application/octet-stream',
    payload: { type: 'string', format: 'binary' },
  },
}

function channel(address: string | null, description: string, schemas: readonly Json[]): Json {
  const messages = schemas.map((schema) => [
    schemaName(schema),
    { $ref: `#/components/messages/${schemaName(schema)}` },
  ])
  return { address, description, messages: Object.fromEntries(messages) as Json }
}

function topicChannel({ name, partitions, writer, readers, retentionDays }: Json): Json {
  const who = `${String(writer) === '*' ? 'every program' : String(writer)} to ${(readers as string[]).join(', ')}`
  return {
    address: name,
    description: `Inside the hub: ${who}; ${String(partitions)} partitions, kept ${String(retentionDays)} days.`,
    messages: { sealed: { $ref: '#/components/messages/sealed' } },
  }
}

function operation(action: 'send' | 'receive', name: string, summary: string): Json {
  return { action, summary, channel: { $ref: `#/channels/${name}` } }
}

function messageOf(schema: Json): Json {
  const name = schemaName(schema)
  return {
    name,
    title: schema['title'],
    contentType: 'application/cloudevents+json',
    payload: { $ref: `#/components/schemas/${name}` },
  }
}

/** A schema and its definitions as components; what is written for JSON Schema files only is left out. */
function componentsOf(schema: Json): readonly (readonly [string, unknown])[] {
  const rest = Object.fromEntries(Object.entries(schema).filter(([key]) => !['$schema', '$id', '$defs'].includes(key)))
  const own = Object.entries((schema['$defs'] ?? {}) as Json).map(([name, part]) => [name, inlined(part)] as const)
  return Object.keys(rest).length > 1 ? [...own, [schemaName(schema), inlined(rest)]] : own
}

function inlined(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(inlined)
  if (typeof node !== 'object' || node === null) return node
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, key === '$ref' ? componentRef(value as string) : inlined(value)]),
  )
}

function componentRef(ref: string): string {
  return `#/components/schemas/${ref.replace(/^.*#\/\$defs\//, '').replace(/\.json$/, '')}`
}
