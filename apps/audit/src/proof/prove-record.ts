import { Inject, Injectable } from '@nestjs/common'
import { addToOutbox, Database } from '#libs/postgres'
import { AccessRecorder, type Caller } from '#libs/security'
import { Problem } from '#libs/service'
import { formatTlogProof, inclusionProof } from '#libs/tlog'
import { LogRepository } from '../log/log.repository.js'
import type { OpenedHalf, StoredRecord } from '../search/opened-record.js'
import { OwnRecords } from './own-records.js'

/** What the acting agency needs to recompute the commitment of its record: hashes and salt in lower-case hex. */
export interface RecordOpening {
  readonly recordId: string
  readonly commitment: string
  readonly salt1: string
  readonly outer: OpenedHalf
}

interface Reading {
  readonly outcome: 'answered' | 'refused'
  readonly truth?: object
}

/** A record written this recently may still be on its way to the log. */
const onItsWayMs = 15_000

/** Gives the holder of a receipt what it promised: the record's open half, and the proof that the log has it. */
@Injectable()
export class ProveRecord {
  constructor(
    private readonly database: Database,
    private readonly log: LogRepository,
    @Inject(OwnRecords) private readonly records: Pick<OwnRecords, 'find' | 'outerOf'>,
    private readonly recorder: AccessRecorder,
  ) {}

  /**
   * @throws Problem 404 `NOT_FOUND` for what does not exist or is not the caller's; 503 while it may be on its way. What is
   * not the caller's has both answers too, or a young id would tell whether a record stands behind it. Each 404 is on record.
   */
  async opening(recordId: string, caller: Caller): Promise<RecordOpening> {
    const record = await this.find(recordId, caller)
    const outer = await this.records.outerOf(record)
    if (!('half' in outer)) throw new Problem('NOT_FOUND')
    await this.record(caller, recordId, { outcome: 'answered' })
    return {
      recordId,
      commitment: record.commitment.toString('hex'),
      salt1: record.salt1.toString('hex'),
      outer: { ...outer.half, innerHash: record.innerHash.toString('hex') },
    }
  }

  /** A proof under the newest published checkpoint; hashes alone, so reading it is no access to anybody's record. */
  async proof(recordId: string, caller: Caller): Promise<string> {
    const { seq } = await this.find(recordId, caller)
    const published = await this.log.newestPublished()
    if (published === undefined || seq >= published.size) throw notYet()
    const hashes = await this.log.tree.over(published.size, (hashOf) => inclusionProof(seq, published.size, hashOf))
    return formatTlogProof({ index: seq, hashes, checkpoint: published.note })
  }

  private async find(recordId: string, caller: Caller): Promise<StoredRecord> {
    const found = await this.records.find(recordId, caller)
    if ('record' in found) return found.record
    if (isRecent(recordId)) throw notYet()
    await this.record(caller, recordId, { outcome: 'refused', truth: found.refusedFor })
    throw new Problem('NOT_FOUND')
  }

  /** Reading the log is itself recorded, before the answer; so is the try to read what is not the caller's. */
  private async record(caller: Caller, recordId: string, { outcome, truth }: Reading): Promise<void> {
    const { message } = await this.recorder.record({
      ...{ kind: 'log-read', caller, action: 'readAccessRecord', outcome, asked: recordId },
      truth: { recordId, ...truth },
    })
    await this.database.transaction((tx) => addToOutbox(tx, 'audit', [message]))
  }
}

function notYet(): Problem {
  return new Problem('STORAGE_UNAVAILABLE', 'Recorded, and not published yet', { retryAfterSeconds: 1 })
}

/** A version 7 UUID begins with its time; a caller that made one up learns only its own clock. */
function isRecent(recordId: string): boolean {
  const madeAtMs = Number.parseInt(recordId.replaceAll('-', '').slice(0, 12), 16)
  return Math.abs(Date.now() - madeAtMs) < onItsWayMs
}
