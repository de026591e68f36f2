import { emptyProfile } from '#libs/matching'
import { open, sealDense, type DataKey } from '#libs/security'
import { Problem, type FieldFault } from '#libs/problem'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { makeFindable, prepareSubmission, type Findable, type Prepared } from '../resolution/prepare-submission.js'
import { readResolveRequest, type ResolveRequest } from '../resolution/read-resolve-request.js'
import { readSubmission, refuseInsufficient, sourceOf, type Sender } from '../resolution/read-submission.js'
import type { Submission } from '../resolution/submission.js'
import type { FileRow } from './read-file.js'

/** Rows of one file, to be checked. */
interface Lines {
  readonly sender: Sender
  /** The load's; a line that names one names the same. */
  readonly purpose: string
  readonly rows: readonly FileRow[]
  readonly isProduction: boolean
  readonly nowMs: number
}

/** Rows of one load, to be checked and sealed. */
export interface Block extends Lines {
  readonly loadId: string
  readonly key: DataKey
}

/** A record ready to be resolved; those of one child lie beside each other. */
export interface StagedRow {
  /** 64 bits of its strongest key, as a signed decimal. */
  readonly sort: string
  readonly line: number
  readonly sealed: Buffer
}

/** A line that is no record, and why. */
export interface RejectedRow {
  readonly line: number
  readonly code: string
  readonly pointer: string
}

export interface Staged {
  readonly rows: readonly StagedRow[]
  readonly rejected: readonly RejectedRow[]
}

/** Where a staged record opens, and nowhere else. */
function placeOf(loadId: string, line: number): string {
  return `bulk ${loadId} ${String(line)}`
}

/** Checks every row as `POST /v1/resolve` would, normalises it, and seals it under the load's own key. */
export function stageRows(block: Block, hashes: KeyedHashes): Staged {
  const { records, rejected } = recordsIn(block, hashes)
  return { rows: records.map(({ line, prepared }) => staged(line, prepared, block)), rejected }
}

/** A line that is a record, with everything that resolving it needs of it alone. */
interface RecordLine {
  readonly line: number
  readonly prepared: Prepared & { readonly findable: Findable }
}

/** Checks every row as `POST /v1/resolve` would, and normalises those that are records. */
export function recordsIn(
  lines: Lines,
  hashes: KeyedHashes,
): { readonly records: readonly RecordLine[]; readonly rejected: readonly RejectedRow[] } {
  const records: RecordLine[] = []
  const rejected: RejectedRow[] = []
  for (const row of lines.rows) {
    const read = submissionIn(row, lines)
    if ('faults' in read) rejected.push(...read.faults.map(({ code, pointer }) => ({ line: row.line, code, pointer })))
    else records.push({ line: row.line, prepared: madeOnce(read.submission, hashes) })
  }
  return { records, rejected }
}

type Read = { readonly submission: Submission } | { readonly faults: readonly FieldFault[] }

function submissionIn({ request, fault }: FileRow, block: Lines): Read {
  if (fault) return { faults: [fault] }
  const read = readResolveRequest(withSource(request, block.sender), block.nowMs)
  if (!read.ok) return { faults: read.faults }
  const { mode, purpose = block.purpose } = read.request
  if (mode !== 'register') return { faults: [{ pointer: '#/mode', code: 'FIELD_VALUE' }] }
  if (purpose !== block.purpose) return { faults: [{ pointer: '#/purpose', code: 'PURPOSE_MISMATCH' }] }
  return submissionOf(read.request, block)
}

/** A file is its sender's own: its lines need not say so. */
function withSource(request: unknown, sender: Sender): unknown {
  const isObject = typeof request === 'object' && request !== null && !Array.isArray(request)
  return isObject ? { source: sourceOf(sender), ...request } : request
}

function submissionOf(request: ResolveRequest, { sender, isProduction }: Lines): Read {
  try {
    const { submission } = readSubmission(sender, request, { isProduction })
    refuseInsufficient(submission)
    return { submission }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { faults: error.errors.length > 0 ? error.errors : [{ pointer: '#', code: error.code }] }
  }
}

/** So that it is made once, and in a thread. */
function madeOnce(submission: Submission, hashes: KeyedHashes): RecordLine['prepared'] {
  return { ...prepareSubmission(submission, hashes), findable: makeFindable(submission, hashes) }
}

function staged(line: number, prepared: RecordLine['prepared'], { loadId, key }: Block): StagedRow {
  const [strongest = '0'] = prepared.findable.strongKeys
  const text = Buffer.from(JSON.stringify(prepared), 'utf8')
  return { sort: strongest, line, sealed: sealDense(key, text, placeOf(loadId, line)) }
}

/** Opens a staged row; what another normaliser made of its record is made anew. */
export function preparedFrom(
  { sealed, line }: StagedRow,
  { loadId, key }: { readonly loadId: string; readonly key: DataKey },
): Prepared {
  const { findable, ...prepared } = JSON.parse(open(key, sealed, placeOf(loadId, line)).toString('utf8')) as Prepared
  return findable?.profile.v === emptyProfile.v ? { ...prepared, findable } : prepared
}
