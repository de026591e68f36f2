import { createHmac } from 'node:crypto'
import type { RecordDetails } from '#libs/matching'
import type { Sql } from '#libs/postgres'
import { secretOf, type ProgramKeys } from '#libs/security'
import { DeadRecords, type Burial } from './dead-records.js'
import { namesOfTheDead, numberOf, tombstoneOf } from './tombstone.js'

/** A record by what it says and the keyed hash it is known by; hex. */
interface Buried {
  readonly details: RecordDetails
  readonly recordKey: string
}

/** A record on its way in. */
interface Incoming {
  readonly submission: { readonly details: RecordDetails }
  readonly recordKey: string
}

const probe = `
select mac, null::uuid as child_id from vault.among($1::bytea[]) as mac
union all select null, child_id from identity.stale_child where child_id = any($2::uuid[])`

/** The door to the vault: it tells whether something is buried there, and takes more; it gives nothing back. */
export class VaultRepository {
  constructor(private readonly keys: ProgramKeys | undefined) {}

  /**
   * Which of these records name somebody who was, and which of the children such records registered. One statement for any
   * group, the same whatever is found.
   */
  async deadAmong<R extends Incoming>(
    sql: Sql,
    records: readonly R[],
    childIds: readonly string[],
  ): Promise<DeadRecords<R>> {
    const named = records.map(({ submission, recordKey }) => this.tombstonesOf({ ...submission, recordKey }))
    const rows = await sql.query<{ mac: Buffer | null; child_id: string | null }>(probe, [
      named.flatMap(allOf),
      childIds,
    ])
    const buried = new Set(rows.flatMap(({ mac }) => mac?.toString('hex') ?? []))
    const burials = records.map((record, at) => [record, burialOf(named[at] ?? nothing, buried)] as const)
    return new DeadRecords(new Map(burials), new Set(rows.flatMap(({ child_id }) => child_id ?? [])))
  }

  /** What is looked up of a number that somebody asks for. */
  tombstonesOfNumber(identifier: { readonly system: string; readonly value: string }): readonly Buffer[] {
    return numberOf(identifier).map((name) => tombstoneOf(this.secret(), name))
  }

  /** The name of a record while its identity is sealed, and again the one it had: without the vault's secret neither tells the other. */
  otherNameOf({ sourceRecordId, recordKey }: { readonly sourceRecordId: string; readonly recordKey: string }): string {
    const mask = createHmac('sha256', this.secret()).update(`waymark.sealed-record.v1\u001f${sourceRecordId}`).digest()
    const name = Buffer.from(recordKey, 'hex')
    return Buffer.from(name.map((byte, at) => byte ^ (mask[at] ?? 0))).toString('hex')
  }

  /** @param pair - who became whom, sealed to the guardian desk; absent where nobody knows */
  async bury(tx: Sql, records: readonly Buried[], pair: string | undefined): Promise<void> {
    const macs = records.flatMap((record) => allOf(this.tombstonesOf(record)))
    await tx.query('select vault.bury($1::bytea[], $2)', [macs, pair ?? null])
  }

  /** Takes the tombstones of these records away: what was sealed was not to be. */
  async exhume(tx: Sql, records: readonly Buried[]): Promise<void> {
    const macs = records.flatMap((record) => allOf(this.tombstonesOf(record)))
    await tx.query('select vault.exhume($1::bytea[])', [macs])
  }

  private tombstonesOf({ details, recordKey }: Buried): Tombstones {
    const secret = this.secret()
    const { others, called } = namesOfTheDead(details, recordKey)
    return {
      others: others.map((name) => tombstoneOf(secret, name)),
      called: called.map((name) => (name === undefined ? undefined : tombstoneOf(secret, name))),
    }
  }

  /** A key file from before there was a vault has no secret for it: then one is derived, and stays the same. */
  private secret(): Buffer {
    if (!this.keys) throw new Error('The program has no key file')
    if (this.keys.secrets.has('vault')) return secretOf(this.keys, 'vault')
    return createHmac('sha256', secretOf(this.keys, 'blockKey')).update('waymark.vault.v1').digest()
  }
}

/** Keyed hashes of what names a record's child. */
interface Tombstones {
  readonly others: readonly Buffer[]
  readonly called: readonly (Buffer | undefined)[]
}

const nothing: Tombstones = { others: [], called: [] }

function allOf({ others, called }: Tombstones): readonly Buffer[] {
  return [...others, ...called.filter((mac) => mac !== undefined)]
}

/** Stale is only what says no name but buried ones: a record that says another too might join the two identities. */
function burialOf(tombstones: Tombstones, buried: ReadonlySet<string>): Burial {
  const isBuried = (mac: Buffer | undefined): boolean => mac !== undefined && buried.has(mac.toString('hex'))
  if (!allOf(tombstones).some(isBuried)) return 'live'
  return tombstones.called.every(isBuried) ? 'stale' : 'mixed'
}
