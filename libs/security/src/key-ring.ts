import { createCipheriv, createDecipheriv } from 'node:crypto'
import { newId, type Sql } from '#libs/postgres'
import { freshBytes } from './fresh-bytes.js'
import { KeyMemory } from './key-memory.js'
import type { ProgramKeys } from './program-keys.js'
import type { DataKey } from './seal.js'

/** Content is what was recorded about a child; access is who looked. They are kept, and destroyed, apart. */
export type KeyClass = 'content' | 'access'

/** Of this subject no key is to be had: what was sealed for it stays closed, and nothing more can be sealed. */
export abstract class KeyMissing extends Error {
  constructor(
    message: string,
    readonly subject: string,
  ) {
    super(message)
  }

  /** The child whose key it is; absent where it is an agency's, a month's or a stream's. */
  get childId(): string | undefined {
    return /^child:(.+)$/.exec(this.subject)?.[1]
  }
}

/** The key was destroyed: what it sealed is erased, and nothing more may be sealed for the subject. */
export class KeyDestroyed extends KeyMissing {
  constructor(subject: string) {
    super('the data key was destroyed', subject)
    this.name = 'KeyDestroyed'
  }
}

/** A stored key that is damaged, or wrapped with a key this program does not hold. */
export class KeyBroken extends KeyMissing {
  constructor(subject: string, message = 'a data key does not unwrap') {
    super(message, subject)
    this.name = 'KeyBroken'
  }
}

interface StoredKey {
  readonly id: string
  readonly subject: string
  readonly class: string
  readonly wrapped: Buffer | null
}

/** A stored key, and the key itself where it was made here: it need not be unwrapped. */
interface Claimed extends StoredKey {
  readonly made: Buffer | undefined
}

interface Wanted {
  readonly subject: string
  readonly class: KeyClass
}

/** A key made for a subject, which counts unless another was there before it. */
interface Offer extends StoredKey {
  readonly wrapped: Buffer
  readonly bytes: Buffer
}

/** No copy of a key that was destroyed is left after a minute (security-and-audit.md §8). */
const held = { mostMs: 60_000, most: 50_000 }

/** Keys by name: for a minute, or for the time of a transaction, after which they can be handed on. */
interface Memory {
  get(name: string): DataKey | undefined
  set(name: string, key: DataKey): unknown
  entries?(): Iterable<[string, DataKey]>
  clear(): void
}

function handOn(from: Memory, to: Memory): void {
  for (const [name, key] of from.entries?.() ?? []) to.set(name, key)
}

function placeOf(key: Omit<StoredKey, 'wrapped'>): Buffer {
  return Buffer.from(`waymark.data-key.v1\n${key.subject}\n${key.class}\n${key.id}`, 'utf8')
}

/**
 * The data keys a program works with: found or made in the schema `keys`, unwrapped, and held in memory for at most 60 seconds.
 * Requests of the same turn of the event loop travel in one statement. It takes a connection of its own:
 * ask for keys before opening a transaction, or a busy pool can wait for itself.
 */
export class KeyRing {
  private readonly bySubject: Memory
  private readonly byId: Memory
  private waiting = new Map<string, Promise<DataKey>>()
  private finding: { readonly ids: Set<string>; readonly keys: Promise<ReadonlyMap<string, StoredKey>> } | undefined
  private batch: { readonly wanted: Wanted[]; readonly keys: Promise<ReadonlyMap<string, Claimed>> } | undefined

  constructor(
    private readonly keys: ProgramKeys,
    private readonly sql: () => Sql,
    private readonly shared?: KeyRing,
    private readonly missed: (error: KeyMissing) => void = () => undefined,
  ) {
    this.bySubject = shared ? new Map<string, DataKey>() : new KeyMemory(held)
    this.byId = shared ? new Map<string, DataKey>() : new KeyMemory(held)
  }

  /**
   * The same ring for the time of one transaction: keys that are not in memory are claimed on its own connection, commit
   * with what they seal, and cost no connection more. After the commit {@link keep} hands them on; after a rollback they
   * are forgotten with the ring.
   *
   * @param missed - is told of each subject whose key is not to be had, where the first alone would be thrown
   */
  within(tx: Sql, missed?: (error: KeyMissing) => void): KeyRing {
    return new KeyRing(this.keys, () => tx, this, missed)
  }

  /** Hands the keys of a ring made by {@link within} to the one it was made from. */
  keep(): void {
    if (!this.shared) return
    handOn(this.bySubject, this.shared.bySubject)
    handOn(this.byId, this.shared.byId)
  }

  /**
   * The key that stands for a subject, made on first use by whichever program comes first.
   *
   * @param subject - `child:<uuid>`, `stream:<uuid>`, `agency:<id>` or `miss:<yyyy-mm>`
   * @param cacheAs - remembers the answer under this name instead, so that a question about nobody
   *   costs the same look-up as a question about a child
   * @throws KeyDestroyed or KeyBroken; whoever asks for others in the same turn gets theirs
   */
  keyOf(subject: string, keyClass: KeyClass, cacheAs?: string): Promise<DataKey> {
    const name = `${keyClass} ${cacheAs ?? subject}`
    const known = this.bySubject.get(name) ?? this.shared?.bySubject.get(name)
    if (known) return Promise.resolve(known)
    const waiting = this.waiting.get(name)
    if (waiting) return waiting
    const asked = this.claim({ subject, class: keyClass })
      .then((key) => {
        this.bySubject.set(name, key)
        return key
      })
      .catch((error: unknown) => {
        if (error instanceof KeyMissing) this.missed(error)
        throw error
      })
      .finally(() => this.waiting.delete(name))
    this.waiting.set(name, asked)
    return asked
  }

  /**
   * The key with this id, or `undefined` when it is unknown or destroyed.
   *
   * @throws KeyBroken
   */
  async keyById(id: string): Promise<DataKey | undefined> {
    const known = this.byId.get(id) ?? this.shared?.byId.get(id)
    if (known) return known
    if (!this.finding) {
      const ids = new Set<string>()
      const keys = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.finding = undefined
        return this.findAll([...ids])
      })
      this.finding = { ids, keys }
    }
    this.finding.ids.add(id)
    const stored = (await this.finding.keys).get(id)
    return stored && stored.wrapped !== null ? this.remember({ ...stored, wrapped: stored.wrapped }) : undefined
  }

  /** Drops every plain key from memory, as after the destruction of one. */
  forgetAll(): void {
    this.bySubject.clear()
    this.byId.clear()
  }

  private async findAll(ids: readonly string[]): Promise<ReadonlyMap<string, StoredKey>> {
    const rows = await this.sql().query<StoredKey>(
      'select id, subject, class, wrapped from keys.find_all($1::uuid[])',
      [ids],
    )
    return new Map(rows.map((row) => [row.id, row]))
  }

  private async claim(wanted: Wanted): Promise<DataKey> {
    if (!this.batch) {
      const list: Wanted[] = []
      const keys = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        this.batch = undefined
        return this.claimAll(list)
      })
      this.batch = { wanted: list, keys }
    }
    this.batch.wanted.push(wanted)
    const claimed = (await this.batch.keys).get(`${wanted.class} ${wanted.subject}`)
    if (!claimed || claimed.wrapped === null) throw new KeyDestroyed(wanted.subject)
    return this.remember({ ...claimed, wrapped: claimed.wrapped }, claimed.made)
  }

  private async claimAll(list: readonly Wanted[]): Promise<ReadonlyMap<string, Claimed>> {
    const unique = new Map(list.map((item) => [`${item.class} ${item.subject}`, item]))
    // In one order everywhere: two programs claiming the same subjects must not wait for each other in a circle.
    const names = [...unique.keys()].sort()
    const offers = names.map((name) => this.offer(unique.get(name) as Wanted))
    const rows = await this.sql().query<StoredKey>(
      'select subject, class, id, wrapped from keys.claim_all($1::text[], $2::text[], $3::uuid[], $4::bytea[])',
      [offers.map((o) => o.subject), offers.map((o) => o.class), offers.map((o) => o.id), offers.map((o) => o.wrapped)],
    )
    const made = new Map(offers.map(({ id, bytes }) => [id, bytes]))
    return new Map(rows.map((row) => [`${row.class} ${row.subject}`, { ...row, made: made.get(row.id) }]))
  }

  private offer(wanted: Wanted): Offer {
    const key = { ...wanted, id: newId() }
    const bytes = freshBytes(32)
    return { ...key, bytes, wrapped: this.wrap(key, bytes) }
  }

  /** @param made - the key itself, where it was made here: it need not be unwrapped */
  private remember(stored: StoredKey & { wrapped: Buffer }, made?: Buffer): DataKey {
    const key = { id: stored.id, bytes: made ?? this.unwrap(stored) }
    this.byId.set(stored.id, key)
    return key
  }

  private kek(kid: string, { subject }: Pick<StoredKey, 'subject'>): Buffer {
    const key = this.keys.kek.keys.get(kid)
    if (!key) throw new KeyBroken(subject, 'a data key is wrapped with a key this program does not hold')
    return key
  }

  /** Length of the key id (1 byte), key id, IV (12), ciphertext (32), tag (16). */
  private wrap(key: Omit<StoredKey, 'wrapped'>, bytes: Buffer): Buffer {
    const kid = Buffer.from(this.keys.kek.active, 'utf8')
    const iv = freshBytes(12)
    const cipher = createCipheriv('aes-256-gcm', this.kek(this.keys.kek.active, key), iv).setAAD(placeOf(key))
    const wrapped = [Buffer.from([kid.length]), kid, iv, cipher.update(bytes), cipher.final()]
    return Buffer.concat([...wrapped, cipher.getAuthTag()])
  }

  /** @throws KeyBroken */
  private unwrap(stored: StoredKey & { wrapped: Buffer }): Buffer {
    try {
      return this.unwrapped(stored)
    } catch (error) {
      throw error instanceof KeyBroken ? error : new KeyBroken(stored.subject)
    }
  }

  private unwrapped(stored: StoredKey & { wrapped: Buffer }): Buffer {
    const start = 1 + stored.wrapped.readUInt8(0)
    const kek = this.kek(stored.wrapped.subarray(1, start).toString('utf8'), stored)
    const iv = stored.wrapped.subarray(start, start + 12)
    const decipher = createDecipheriv('aes-256-gcm', kek, iv).setAAD(placeOf(stored))
    decipher.setAuthTag(stored.wrapped.subarray(-16))
    return Buffer.concat([decipher.update(stored.wrapped.subarray(start + 12, -16)), decipher.final()])
  }
}
