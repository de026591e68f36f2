import { readdir, readFile } from 'node:fs/promises'

export type Json = Record<string, unknown>

/** The contracts of events as they are written by hand: schemas/events and schemas/codes. */
export interface EventSources {
  /** Definitions, basis and envelopes that the types refer to. */
  readonly shared: readonly Json[]
  /** The schema of each type that an agency or the hub posts. */
  readonly posted: readonly Json[]
  /** The slots of a feed: a sealed copy, a withdrawal. */
  readonly slots: readonly Json[]
  readonly codeLists: readonly Json[]
  readonly topics: readonly Json[]
}

const folder = 'schemas/events'
const handWritten = /^uk\.waymark\..*\.v\d+\.json$/
const shared = [
  'definitions.json',
  'sharing-basis.json',
  'envelope.json',
  'hub-envelope.json',
  'delivered-envelope.json',
]

/** Reads the sources, each list in the order of its file names. */
export async function readEventSources(): Promise<EventSources> {
  const types = await readFolder(folder, (name) => handWritten.test(name))
  const isSlot = (schema: Json): boolean => (schema['x-waymark'] as Json)['outer'] === true
  return {
    shared: await Promise.all(shared.map((name) => readJson(`${folder}/${name}`))),
    posted: types.filter((schema) => !isSlot(schema)),
    slots: types.filter(isSlot),
    codeLists: await readFolder('schemas/codes', (name) => name.endsWith('.json')),
    topics: ((await readJson(`${folder}/topics.json`)) as { topics: Json[] }).topics,
  }
}

/** The last part of a schema's `$id`, without its ending. */
export function schemaName(schema: Json): string {
  return (schema['$id'] as string).replace(/^.*\//, '').replace(/\.json$/, '')
}

async function readFolder(path: string, isWanted: (name: string) => boolean): Promise<readonly Json[]> {
  const names = (await readdir(path)).filter(isWanted).sort()
  return Promise.all(names.map((name) => readJson(`${path}/${name}`)))
}

async function readJson(path: string): Promise<Json> {
  return JSON.parse(await readFile(path, 'utf8')) as Json
}
