import { canonicalJson, NotCanonicalError, sha256 } from '#libs/tlog'
import { linesOf } from './lines.js'

/** An exported access record: its place in the log, and what its commitment is made from. */
export interface ExportedRecord {
  readonly id: string
  readonly entry: number
  readonly salt1: string
  readonly commitment: string
  /** The open half, `innerHash` included, as JSON text; null where it can no longer be opened. */
  readonly outer: string | null
  /** What the hub said of the row when it exported it: intact, erased or altered. */
  readonly state?: string
}

/** What an exported record says beside its open half, by the name it has there. */
const shown = {
  ...{ id: 'id', at: 'at', kind: 'kind', service: 'service', agency: 'agencyId', client: 'clientId' },
  ...{ actorRole: 'actorRole', actorReference: 'actorReference', action: 'action', outcome: 'outcome' },
  ...{ recipient: 'recipient', eventType: 'eventType', eventId: 'eventId', purpose: 'purpose' },
  ...{ basisId: 'basisId', agreement: 'agreement', policyHash: 'policyHash' },
} as const

/** The records of a file, one a line. @throws Error naming the first line that is none, and nothing that stands in it */
export async function* recordsOf(file: string | undefined): AsyncGenerator<ExportedRecord> {
  for await (const { number, text } of linesOf(file, 'the exported records')) {
    const record = parsed(text)
    if (!isRecord(record)) throw new Error(`line ${number} is not an exported access record`)
    yield record
  }
}

/** The open half of a record; nothing where it was erased. */
export function outerIn({ outer }: ExportedRecord): Readonly<Record<string, unknown>> | undefined {
  return outer === null ? undefined : ((parsed(outer) ?? {}) as Readonly<Record<string, unknown>>)
}

/** Whether a record says beside its open half only what stands in it. */
function saysWhatItHolds(record: ExportedRecord): boolean {
  const outer = outerIn(record) ?? {}
  const told = record as unknown as Readonly<Record<string, unknown>>
  return Object.entries(shown).every(([name, own]) => told[name] === undefined || (outer[own] ?? null) === told[name])
}

/**
 * What the log must hold at the record's place: recomputed from its open half, or as told where that was erased; nothing
 * where no record can say what it says, or the hub itself found it altered.
 */
export function commitmentIn(record: ExportedRecord): Buffer | undefined {
  const outer = outerIn(record)
  if (record.state === 'altered') return undefined
  if (outer === undefined) return Buffer.from(record.commitment, 'hex')
  if (!saysWhatItHolds(record)) return undefined
  try {
    return sha256(Buffer.from(record.salt1, 'hex'), canonicalJson(outer))
  } catch (error) {
    if (error instanceof NotCanonicalError) return undefined
    throw error
  }
}

function isRecord(value: unknown): value is ExportedRecord {
  if (typeof value !== 'object' || value === null) return false
  const { id, entry, salt1, commitment, outer } = value as Partial<ExportedRecord>
  const isText = [id, salt1, commitment, outer ?? ''].every((text) => typeof text === 'string')
  return isText && outer !== undefined && Number.isSafeInteger(entry)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
