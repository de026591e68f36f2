import type { OutboxMessage } from '#libs/postgres'

/** An access record on its way to the log: what is found by, both halves sealed, and the commitment to them. */
export interface SealedRecord {
  readonly recordId: string
  /** Milliseconds since 1970. */
  readonly atMs: number
  readonly service: string
  readonly kind: string
  readonly purpose?: string
  readonly agencyId?: string
  readonly clientId?: string
  /** 32 bytes. */
  readonly childIndex: Buffer
  /** 16 bytes. */
  readonly salt1: Buffer
  /** 32 bytes. */
  readonly innerHash: Buffer
  /** 32 bytes. */
  readonly commitment: Buffer
  readonly outerKeyId: string
  readonly innerKeyId: string
  readonly sealedOuter: Buffer
  readonly sealedInner: Buffer
}

type Absent = 'purpose' | 'agencyId' | 'clientId'

/** A record to be packed: what it has not may be there without a value. */
type ToPack = Omit<SealedRecord, Absent> & { readonly [name in Absent]?: string | undefined }

const form = 1
const lengthBytes = 4
/** What has one length in every record: form, time, ids of record and keys, index, salt, hashes. */
const fixedBytes = 1 + 6 + 3 * 16 + 32 + 16 + 2 * 32
/** A quarter of what a broker takes at once, so that one reader's batch holds several. */
const mostMessageBytes = 256 * 1024
const textNames = ['service', 'kind', 'purpose', 'agencyId', 'clientId'] as const

/**
 * The record as bytes: length of what follows (4), form (1), time (6), record id, key ids (16 each), child index, inner hash,
 * commitment (32 each), salt (16); then five texts of 2 + n bytes (service, kind, purpose, agency, client; absent: empty),
 * the length of the sealed outer half (4), that half, and the sealed inner half to the end. Numbers are big-endian.
 *
 * Records one after another are a valid value of one message, see {@link unpackRecords}.
 *
 * @throws RangeError for a text longer than 65,535 bytes
 */
export function packRecord(record: ToPack): Buffer {
  const { recordId, outerKeyId, innerKeyId, childIndex, innerHash, commitment, salt1, sealedOuter, sealedInner } =
    record
  const texts = textNames.map((name) => record[name] ?? '')
  const bytes = texts.map((text) => Buffer.byteLength(text, 'utf8'))
  const textBytes = bytes.reduce((sum, length) => sum + 2 + length, 0)
  const packed = Buffer.allocUnsafe(
    lengthBytes + fixedBytes + textBytes + lengthBytes + sealedOuter.length + sealedInner.length,
  )
  packed.writeUInt32BE(packed.length - lengthBytes)
  packed.writeUInt8(form, lengthBytes)
  packed.writeUIntBE(record.atMs, lengthBytes + at.time, 6)
  let next = lengthBytes + at.recordId
  for (const id of [recordId, outerKeyId, innerKeyId]) next += packed.write(id.replaceAll('-', ''), next, 'hex')
  for (const part of [childIndex, innerHash, commitment, salt1]) next += part.copy(packed, next)
  texts.forEach((text, n) => {
    next = packed.writeUInt16BE(bytes[n] as number, next)
    next += packed.write(text, next, 'utf8')
  })
  next = packed.writeUInt32BE(sealedOuter.length, next)
  next += sealedOuter.copy(packed, next)
  sealedInner.copy(packed, next)
  return packed
}

/**
 * Reads the records of one message, in the order in which they were packed.
 *
 * @returns undefined when anything is not in form, or there is none; never throws
 */
export function unpackRecords(value: Buffer): readonly SealedRecord[] | undefined {
  const records: SealedRecord[] = []
  try {
    for (let from = 0; from < value.length;) {
      const until = from + lengthBytes + value.readUInt32BE(from)
      if (until > value.length || value.readUInt8(from + lengthBytes) !== form) return undefined
      records.push(unpack(value.subarray(from + lengthBytes, until)))
      from = until
    }
  } catch {
    return undefined
  }
  return records.length > 0 ? records : undefined
}

/**
 * Joins messages that hold access records of one program into as few as can be: each costs what a record costs in the
 * outbox, in the log and in the inbox of `audit`. A message has the id and the place of its first record.
 */
export function inFewMessages(messages: readonly OutboxMessage[]): readonly OutboxMessage[] {
  const joined: OutboxMessage[][] = []
  let bytes = Infinity
  for (const message of messages) {
    bytes += message.value.length
    if (bytes > mostMessageBytes) {
      joined.push([])
      bytes = message.value.length
    }
    joined.at(-1)?.push(message)
  }
  return joined.flatMap(([first, ...rest]) =>
    first ? [{ ...first, value: Buffer.concat([first.value, ...rest.map(({ value }) => value)]) }] : [],
  )
}

/** Where the parts of one length lie in a record's bytes, in the order in which {@link packRecord} writes them. */
const at = {
  time: 1,
  recordId: 7,
  outerKeyId: 23,
  innerKeyId: 39,
  childIndex: 55,
  innerHash: 87,
  commitment: 119,
  salt1: 151,
}

function unpack(body: Buffer): SealedRecord {
  if (body.length < fixedBytes) throw new RangeError('The record is too short')
  const rest = new Rest(body, fixedBytes)
  const [service, kind, purpose, agencyId, clientId] = [rest.text(), rest.text(), rest.text(), rest.text(), rest.text()]
  if (service === '' || kind === '') throw new RangeError('The record does not say whose it is')
  const sealedOuter = rest.bytes(rest.length())
  return {
    recordId: uuidText(body, at.recordId),
    atMs: body.readUIntBE(at.time, 6),
    service,
    kind,
    ...(purpose !== '' && { purpose }),
    ...(agencyId !== '' && { agencyId }),
    ...(clientId !== '' && { clientId }),
    childIndex: body.subarray(at.childIndex, at.innerHash),
    innerHash: body.subarray(at.innerHash, at.commitment),
    commitment: body.subarray(at.commitment, at.salt1),
    salt1: body.subarray(at.salt1, fixedBytes),
    outerKeyId: uuidText(body, at.outerKeyId),
    innerKeyId: uuidText(body, at.innerKeyId),
    sealedOuter,
    sealedInner: rest.remaining(),
  }
}

/** What follows the parts of one length, taken in order; throws RangeError where it ends too early. */
class Rest {
  constructor(
    private readonly body: Buffer,
    private from: number,
  ) {}

  text(): string {
    const start = this.from + 2
    const end = start + this.body.readUInt16BE(this.from)
    this.moveTo(end)
    return this.body.toString('utf8', start, end)
  }

  length(): number {
    const length = this.body.readUInt32BE(this.from)
    this.from += lengthBytes
    return length
  }

  bytes(count: number): Buffer {
    const start = this.from
    this.moveTo(start + count)
    return this.body.subarray(start, this.from)
  }

  remaining(): Buffer {
    return this.body.subarray(this.from)
  }

  private moveTo(end: number): void {
    if (end > this.body.length) throw new RangeError('The record is too short')
    this.from = end
  }
}

function uuidText(body: Buffer, start: number): string {
  const hex = body.toString('hex', start, start + 16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
