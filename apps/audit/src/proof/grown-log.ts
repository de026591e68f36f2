import { createHash } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { newId, type Database } from '#libs/postgres'
import { AccessRecorder, KeyRing, type Caller, type ProgramKeys } from '#libs/security'
import { leafHash, parseCheckpoint, parseNote, parseTlogProof, readSigner, verifyInclusion } from '#libs/tlog'
import { AppendRecords } from '../log/append-records.js'
import type { LogEntry } from '../log/entry.js'
import type { LogRepository } from '../log/log.repository.js'
import { AccessRecordRepository } from '../search/access-record.repository.js'
import type { FoundRecord } from './own-records.js'
import { ProveRecord } from './prove-record.js'

const batch = 5_000
const agencyId = 'bench'
const caller: Caller = {
  ...{ clientId: 'bench', agencyId, agencyKind: 'hub', agreement: 'bench', jti: 'bench', requestId: 'bench' },
  ...{ traceparent: '', purposes: [], actions: [] },
}

/** A log without content, for measuring: real entries, tiles and checkpoints, whose sealed halves are a few bytes. */
export class GrownLog {
  private readonly append: AppendRecords
  private readonly proofs: ProveRecord
  private readonly commitments = new Map<string, Buffer>()

  constructor(
    private readonly database: Database,
    private readonly log: LogRepository,
    keys: ProgramKeys,
  ) {
    const signer = readSigner(keys.logKey ?? '')
    const keyRing = new KeyRing(keys, () => database)
    this.append = new AppendRecords(log, () => signer)
    const records = new AccessRecordRepository(database, keyRing, keys)
    const recorder = new AccessRecorder({ keys, keyRing, service: 'audit' })
    // Whose a record is, is decided over views of other programs, which are not in this database.
    const find = async (id: string): Promise<FoundRecord> => {
      const record = await records.find(id)
      return record ? { record } : { refusedFor: { decision: 'DENY', ruleId: 'none', reasons: [] } }
    }
    const anybodys = { find, outerOf: records.outerOf.bind(records) }
    this.proofs = new ProveRecord(database, log, anybodys, recorder)
  }

  /** Appends entries and publishes the last checkpoint. @returns how many seconds it took */
  async grow(entries: number, seed: number): Promise<number> {
    const from = performance.now()
    for (let first = 0; first < entries; first += batch) {
      const part = Array.from({ length: Math.min(batch, entries - first) }, (_, n) => entryOf(first + n, seed))
      // A few of each batch are remembered, to be proved; all of them would fill the memory that is measured.
      for (const { recordId, commitment } of part.filter((_, n) => n % 37 === 0))
        this.commitments.set(recordId, commitment)
      await this.database.transaction((tx) => this.append.append(tx, part))
    }
    await this.log.sweepTiles()
    const newest = await this.log.newestCheckpoint()
    if (newest) await this.log.publish(newest.size, newest.note)
    return (performance.now() - from) / 1000
  }

  /** Proves records chosen by chance, and verifies each proof outside the time. @returns milliseconds of each */
  async timeProofs(count: number): Promise<readonly number[]> {
    const known = [...this.commitments]
    const times: number[] = []
    for (let n = 0; n < count; n++) {
      const [recordId, commitment] = known[Math.floor(Math.random() * known.length)] ?? ['', Buffer.alloc(0)]
      const from = performance.now()
      const proof = await this.proofs.proof(recordId, caller)
      times.push(performance.now() - from)
      verify(proof, commitment)
    }
    return times
  }
}

function verify(text: string, commitment: Buffer): void {
  const proof = parseTlogProof(text)
  const checkpoint = proof && parseCheckpoint(parseNote(proof.checkpoint)?.text ?? '')
  if (!proof || !checkpoint) throw new Error('A proof is not in form')
  const { index, hashes } = proof
  const { size, root } = checkpoint
  if (!verifyInclusion({ index, size, leaf: leafHash(commitment), proof: hashes, root }))
    throw new Error('A proof is wrong')
}

function entryOf(at: number, seed: number): LogEntry {
  const commitment = createHash('sha256').update(`${seed} ${at}`).digest()
  const short = commitment.subarray(0, 16)
  return {
    recordId: newId(),
    atMs: Date.UTC(2026, 10, 20),
    ...{ service: 'bench', kind: 'read', agencyId, clientId: 'bench', childIndex: commitment, salt1: short },
    ...{ innerHash: commitment, commitment, sealedOuter: short, sealedInner: short },
    outerKeyId: '00000000-0000-4000-8000-000000000000',
    innerKeyId: '00000000-0000-4000-8000-000000000000',
  }
}
