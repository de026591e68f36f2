import { createHmac } from 'node:crypto'
import type { RecordDetails } from '#libs/matching'
import type { Sql } from '#libs/postgres'
import { secretOf, type ProgramKeys } from '#libs/security'
import { namesOfTheDead, tombstonesOf } from './tombstone.js'

/** A record by what it says and the keyed hash it is known by; hex. */
export interface Buried {
  readonly details: RecordDetails
  readonly recordKey: string
}

/** A record on its way in. */
interface Incoming {
  readonly submission: { readonly details: RecordDetails }
  readonly recordKey: string
}

/** The door to the vault: it tells whether something is buried there, and takes more; it gives nothing back. */
export class VaultRepository {
  constructor(private readonly keys: ProgramKeys | undefined) {}

  /** Which of these records name somebody who was. One statement for any group, the same whatever is found. */
  async deadAmong<R extends Incoming>(sql: Sql, records: readonly R[]): Promise<ReadonlySet<R>> {
    const macs = records.map(({ submission, recordKey }) => this.macsOf([{ details: submission.details, recordKey }]))
    const rows = await sql.query<{ mac: Buffer }>('select mac from vault.among($1::bytea[]) as mac', [macs.flat()])
    const buried = new Set(rows.map(({ mac }) => mac.toString('hex')))
    return new Set(records.filter((_, at) => macs[at]?.some((mac) => buried.has(mac.toString('hex'))) === true))
  }

  /** @param pair - who became whom, sealed to the guardian desk; absent where nobody knows */
  async bury(tx: Sql, records: readonly Buried[], pair: string | undefined): Promise<void> {
    await tx.query('select vault.bury($1::bytea[], $2)', [this.macsOf(records), pair ?? null])
  }

  private macsOf(records: readonly Buried[]): readonly Buffer[] {
    if (!this.keys) throw new Error('The program has no key file')
    const names = records.flatMap(({ details, recordKey }) => namesOfTheDead(details, recordKey))
    return tombstonesOf(this.secret(this.keys), [...new Set(names)])
  }

  /** A key file from before there was a vault has no secret for it: then one is derived, and stays the same. */
  private secret(keys: ProgramKeys): Buffer {
    if (keys.secrets.has('vault')) return secretOf(keys, 'vault')
    return createHmac('sha256', secretOf(keys, 'blockKey')).update('waymark.vault.v1').digest()
  }
}
