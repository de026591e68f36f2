import { createHmac } from 'node:crypto'
import { blindIndexOf, secretOf, type ProgramKeys } from '#libs/security'

/** The hashes under which this service finds things without storing what they are; without the key they cannot be guessed. */
export class KeyedHashes {
  private known: Buffer | undefined

  constructor(private readonly given: ProgramKeys | undefined) {}

  /** 64 bits of a blocking key, as a signed decimal: what PostgreSQL locks by and stores as bigint. */
  blockKey(key: string): string {
    return this.keyed('waymark.block-key.v1', key).readBigInt64BE().toString()
  }

  /** The name of a source's record; hex. */
  record(agencyId: string, name: string): string {
    return this.keyed('waymark.source-record.v1', `${agencyId}\u001f${name}`).toString('hex')
  }

  /** What a record says, for telling versions apart; hex. */
  content(text: string): string {
    return this.keyed('waymark.content.v1', text).toString('hex')
  }

  /** The full blind index of an identifier; hex. */
  blindIndex(system: string, value: string): string {
    return blindIndexOf(this.keys, system, value).toString('hex')
  }

  private get keys(): ProgramKeys {
    if (!this.given) throw new Error('The program has no key file')
    return this.given
  }

  private get secret(): Buffer {
    return (this.known ??= secretOf(this.keys, 'blockKey'))
  }

  private keyed(use: string, text: string): Buffer {
    return createHmac('sha256', this.secret).update(`${use}\u001f${text}`).digest()
  }
}
