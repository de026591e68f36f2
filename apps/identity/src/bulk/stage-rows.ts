import { emptyProfile } from '#libs/matching'
import { open, sealDense, type DataKey } from '#libs/security'
import { Problem, type FieldFault } from '#libs/problem'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import { makeFindable, prepareSubmission, type Prepared } from '../resolution/prepare-submission.js'
import { readResolveRequest, type ResolveRequest } from '../resolution/read-resolve-request.js'
import { readSubmission, refuseInsufficient, sourceOf, type Sender } from '../resolution/read-submission.js'
import type { Submission } from '../resolution/submission.js'
import type { FileRow } from './read-file.js'

/** Rows of one load, to be checked and sealed. */
export interface Block {
  readonly loadId: string
  readonly sender: Sender
  /** The load's; a line that names one names the same. */
  readonly purpose: string
  readonly rows: readonly FileRow[]
  readonly key: DataKey
  readonly isProduction: boolean
  readonly nowMs: number
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
  const rows: StagedRow[] = []
  const rejected: RejectedRow[] = []
  for (const row of block.rows) {
    const read = submissionIn(row, block)
    if ('faults' in read) rejected.push(...read.faults.map(({ code, pointer }) => ({ line: row.line, code, pointer })))
    else rows.push(staged(row.line, read.submission, { block, hashes }))
  }
  return { rows, rejected }
}

type Read = { readonly submission: Submission } | { readonly faults: readonly FieldFault[] }

function submissionIn({ request, fault }: FileRow, block: Block): Read {
  if (fault) return { faults: [fault] }
  const read = readResolveRequest(withSource(request, block.sender), block.nowMs)
  if (!read.ok) return { faults: read.faults }
  const { mode, purpose = block.purpose } = read.request
  if (mode !== 'register') return { faults: [{ pointer: '#/mode', code: 'FIELD_VALUE' }] }
  if (purpose !== block.purpose) return { faults: [{ pointer: '#/purpose', code: 'BASIS_NOT_VALID_FOR_TYPE' }] }
  return submissionOf(read.request, block)
}

/** A file is its sender's own: its lines need not say so. */
function withSource(request: unknown, sender: Sender): unknown {
  const isObject = typeof request === 'object' && request !== null && !Array.isArray(request)
  return isObject ? { source: sourceOf(sender), ...request } : request
}

function submissionOf(request: ResolveRequest, { sender, isProduction }: Block): Read {
  try {
    const { submission } = readSubmission(sender, request, { isProduction })
    refuseInsufficient(submission)
    return { submission }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { faults: error.errors.length > 0 ? error.errors : [{ pointer: '#', code: error.code }] }
  }
}

/** Everything that resolving a record needs of it alone, so that it is made once, and in a thread. */
function staged(
  line: number,
  submission: Submission,
  { block, hashes }: { readonly block: Block; readonly hashes: KeyedHashes },
): StagedRow {
  const findable = makeFindable(submission, hashes)
  const [strongest = '0'] = findable.strongKeys
  const prepared: Prepared = { ...prepareSubmission(submission, hashes), findable }
  const text = Buffer.from(JSON.stringify(prepared), 'utf8')
  return { sort: strongest, line, sealed: sealDense(block.key, text, placeOf(block.loadId, line)) }
}

/** Opens a staged row; what another normaliser made of its record is made anew. */
export function preparedFrom(
  { sealed, line }: StagedRow,
  { loadId, key }: { readonly loadId: string; readonly key: DataKey },
): Prepared {
  const { findable, ...prepared } = JSON.parse(open(key, sealed, placeOf(loadId, line)).toString('utf8')) as Prepared
  return findable?.profile.v === emptyProfile.v ? { ...prepared, findable } : prepared
}
