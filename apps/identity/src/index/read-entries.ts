import { hash } from 'node:crypto'
import { Client } from 'pg'
import { open, type DataKey, type KeyRing } from '#libs/security'
import { copyOut } from './copy-out.js'

/** Some hundred profiles on their way into the index. */
export interface EntryBatch {
  /**
   * `[profileId, childId, isHidden, profile]` of each, as JSON: cheaper to hand to another thread than objects. The profile
   * is `null` where its sealed bytes do not open.
   */
  readonly text: string
  readonly count: number
  /** Their digests, one over the other; see {@link digestOf}. */
  readonly digest: readonly [number, number]
}

/** Where entries are read, and which of them: the `at`th of `of` equal shares. */
export interface Reading {
  readonly url: string
  readonly keyRing: Pick<KeyRing, 'keyById'>
  readonly share: { readonly at: number; readonly of: number }
}

interface SealedEntry {
  readonly profileId: string
  readonly childId: string
  readonly sealed: Buffer
  readonly keyId: string
  readonly isHidden: boolean
}

const signature = 'PGCOPY\n'
const headerBytes = 19
const columns = 'select profile_id, child_id, sealed, key_id, is_hidden from identity.index_entry'

/** Streams every profile that may be found, opened, on a connection of its own. */
export async function* readEntries({ url, keyRing, share }: Reading): AsyncGenerator<EntryBatch> {
  const client = new Client({ connectionString: url, application_name: 'waymark-identity-rebuild', keepAlive: true })
  client.on('error', () => undefined) // the query that waits is told
  await client.connect()
  try {
    // The last byte of an identifier is as good as chance.
    const mine = ` where get_byte(uuid_send(profile_id), 15) % ${String(share.of)} = ${String(share.at)}`
    for await (const rows of copyOut(client, share.of === 1 ? columns : columns + mine))
      yield await batchOf(rows.flatMap(entryIn), keyRing)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Both halves of the digest of where a profile stands; `index.repository.ts` makes the same in SQL. */
export function digestOf(profileId: string, childId: string, isHidden: boolean): readonly [number, number] {
  const bits = hash('md5', `${profileId}${childId}${String(isHidden)}`)
  return [Number.parseInt(bits.slice(0, 8), 16), Number.parseInt(bits.slice(8, 16), 16)]
}

async function batchOf(entries: readonly SealedEntry[], keyRing: Reading['keyRing']): Promise<EntryBatch> {
  const ids = [...new Set(entries.map(({ keyId }) => keyId))]
  const keys = new Map(await Promise.all(ids.map(async (id) => [id, await keyRing.keyById(id)] as const)))
  const texts: string[] = []
  let [high, low] = [0, 0]
  for (const { profileId, childId, isHidden, sealed, keyId } of entries) {
    texts.push(`["${profileId}","${childId}",${String(isHidden)},${openedProfile(keys.get(keyId), sealed, profileId)}]`)
    const [one, two] = digestOf(profileId, childId, isHidden)
    high ^= one
    low ^= two
  }
  return { text: `[${texts.join(',')}]`, count: entries.length, digest: [high, low] }
}

/**
 * A profile as JSON. What was sealed under a key that has been destroyed is known no more; what does not open, `null`, keeps
 * no other from being read.
 */
export function openedProfile(key: DataKey | undefined, sealed: Buffer, profileId: string): string {
  if (!key) return '{}'
  try {
    return open(key, sealed, profileId).toString('utf8')
  } catch {
    return 'null'
  }
}

/** The row in a message of COPY, whose first one begins with a header; the last one is the mark of the end. */
function entryIn(message: Buffer): readonly SealedEntry[] {
  const start = startOf(message)
  if (message.length <= start || message.readInt16BE(start) < 0) return []
  const [profile, child, sealed, key, hidden] = fieldsIn(message, start)
  if (!profile || !child || !sealed || !key) throw new Error('A row of the index is not as it was asked for')
  const ids = { profileId: uuidIn(profile), childId: uuidIn(child), keyId: uuidIn(key) }
  return [{ ...ids, sealed, isHidden: hidden?.[0] === 1 }]
}

function startOf(message: Buffer): number {
  const isFirst = message.toString('latin1', 0, signature.length) === signature
  return isFirst ? headerBytes + message.readInt32BE(headerBytes - 4) : 0
}

function fieldsIn(row: Buffer, start: number): readonly Buffer[] {
  const fields: Buffer[] = []
  for (let at = start + 2; at + 4 <= row.length;) {
    const length = Math.max(0, row.readInt32BE(at))
    fields.push(row.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return fields
}

function uuidIn(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
