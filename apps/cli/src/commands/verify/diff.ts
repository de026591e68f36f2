import { canonicalJson, inclusionProof, leafHash, sha256, verifyInclusion, type TiledTree } from '#libs/tlog'
import type { Finding } from './finding.js'
import { signedCheckpoint, witnessed, type SignedCheckpoint } from './checkpoint-file.js'
import { treeOf } from './log-tiles.js'
import { readNamed, readPolicy } from './read-file.js'
import { openLog } from './tile-folder.js'

/** An exported access record: its place in the log, and what its commitment is made from. */
interface ExportedRecord {
  readonly id: string
  readonly entry: number
  readonly salt1: string
  readonly commitment: string
  /** The open half, `innerHash` included, as JSON text; null where it can no longer be opened. */
  readonly outer: string | null
}

/** What an exported record says beside its open half, by the name it has there. */
const shown = {
  ...{ id: 'id', at: 'at', kind: 'kind', service: 'service', agency: 'agencyId', client: 'clientId' },
  ...{ actorRole: 'actorRole', actorReference: 'actorReference', action: 'action', outcome: 'outcome' },
  ...{ recipient: 'recipient', eventType: 'eventType', eventId: 'eventId', purpose: 'purpose' },
  ...{ basisId: 'basisId', agreement: 'agreement', policyHash: 'policyHash' },
} as const

/** Names every exported record that is not the one that the log, as its witnesses saw it, has at its place. */
export async function verifyRows(
  [file]: readonly string[],
  options: { policy: string; log?: string },
): Promise<Finding> {
  const records = recordsIn(readNamed(file, 'the exported records'))
  const policy = readPolicy(options.policy)
  const log = openLog(options.log)
  const checkpoint = signedCheckpoint((await log.read('checkpoint')).toString('utf8'), policy)
  const { met, text } = witnessed(checkpoint, policy)
  const faults = met ? [] : [`✗ the checkpoint has ${text}`]
  const tree = treeOf(log)
  for (const record of records) {
    const isWhole = saysWhatItHolds(record) && (await isLogged(record, tree, checkpoint))
    if (!isWhole) faults.push(`✗ record ${record.id} was altered`)
  }
  if (faults.length > 0) return { holds: false, lines: faults }
  const erased = records.filter(({ outer }) => outer === null).length
  const rest = erased === 0 ? '' : `; ${erased} of them erased, whose commitments stand`
  return { holds: true, lines: [`✓ ${records.length} records are the ones that were logged${rest}; ${text}`] }
}

function recordsIn(text: string): readonly ExportedRecord[] {
  return text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [recordIn(line, at + 1)]))
}

function recordIn(line: string, number: number): ExportedRecord {
  const record = parsed(line)
  if (isRecord(record)) return record
  throw new Error(`line ${number} is not an exported access record`)
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

function saysWhatItHolds(record: ExportedRecord): boolean {
  if (record.outer === null) return true
  const outer = (parsed(record.outer) ?? {}) as Readonly<Record<string, unknown>>
  const told = record as unknown as Readonly<Record<string, unknown>>
  return Object.entries(shown).every(([name, own]) => told[name] === undefined || (outer[own] ?? null) === told[name])
}

function isLogged(record: ExportedRecord, tree: TiledTree, { size, root }: SignedCheckpoint): Promise<boolean> {
  const { entry: index } = record
  if (index < 0 || index >= size) return Promise.resolve(false)
  const leaf = leafHash(commitmentOf(record))
  return tree
    .over(size, (hashOf) => inclusionProof(index, size, hashOf))
    .then((proof) => verifyInclusion({ index, size, leaf, proof, root }))
}

function commitmentOf({ salt1, outer, commitment }: ExportedRecord): Buffer {
  if (outer === null) return Buffer.from(commitment, 'hex')
  return sha256(Buffer.from(salt1, 'hex'), canonicalJson(parsed(outer) ?? {}))
}
