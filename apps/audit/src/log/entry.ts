import { commitmentOfOuter } from '#libs/tlog'

/** An access record as its writer sent it: both halves sealed, and the commitment to them. Hashes are 32 bytes. */
export interface LogEntry {
  readonly recordId: string
  readonly at: string
  readonly service: string
  /** Gap-free per service, given by the writer's relay. */
  readonly number?: number
  readonly kind: string
  readonly purpose?: string
  readonly agencyId?: string
  readonly clientId?: string
  readonly childIndex?: Buffer
  readonly salt1: Buffer
  readonly innerHash: Buffer
  readonly commitment: Buffer
  readonly sealedOuter: Buffer
  readonly outerKeyId: string
  readonly sealedInner: Buffer
  readonly innerKeyId: string
}

type Json = Readonly<Record<string, unknown>>

/**
 * Reads the value of a message of `waymark.access-records.v1`.
 *
 * @returns undefined when anything is not in form; never throws
 */
export function readEntry(value: Buffer, headers: Readonly<Record<string, string>>): LogEntry | undefined {
  const json = parse(value)
  if (json === undefined) return undefined
  const texts = textsOf(json, [
    'recordId',
    'at',
    'service',
    'kind',
    'sealedOuter',
    'outerKeyId',
    'sealedInner',
    'innerKeyId',
  ])
  const hashes = hexOf(json, { salt1: 16, innerHash: 32, commitment: 32 })
  if (texts === undefined || hashes === undefined) return undefined
  const { sealedOuter, sealedInner, ...rest } = texts
  return {
    ...rest,
    ...hashes,
    sealedOuter: Buffer.from(sealedOuter, 'base64'),
    sealedInner: Buffer.from(sealedInner, 'base64'),
    ...optionalOf(json, headers),
  }
}

function parse(value: Buffer): Json | undefined {
  try {
    const json: unknown = JSON.parse(value.toString('utf8'))
    return typeof json === 'object' && json !== null ? (json as Json) : undefined
  } catch {
    return undefined
  }
}

function textsOf<const K extends string>(json: Json, names: readonly K[]): Record<K, string> | undefined {
  const entries = names.map((name) => [name, json[name]] as const)
  const whole = entries.every(([, value]) => typeof value === 'string' && value !== '')
  return whole ? (Object.fromEntries(entries) as Record<K, string>) : undefined
}

function hexOf<K extends string>(json: Json, lengths: Readonly<Record<K, number>>): Record<K, Buffer> | undefined {
  const entries = Object.entries<number>(lengths).map(([name, length]) => {
    const text = json[name]
    const bytes = typeof text === 'string' && /^[0-9a-f]+$/.test(text) ? Buffer.from(text, 'hex') : undefined
    return [name, bytes?.length === length ? bytes : undefined] as const
  })
  return entries.every(([, bytes]) => bytes) ? (Object.fromEntries(entries) as Record<K, Buffer>) : undefined
}

function optionalOf(json: Json, headers: Readonly<Record<string, string>>) {
  const { purpose, agencyId, clientId, childIndex } = json
  const number = Number(headers['number'])
  return {
    ...(Number.isSafeInteger(number) && { number }),
    ...(typeof purpose === 'string' && { purpose }),
    ...(typeof agencyId === 'string' && { agencyId }),
    ...(typeof clientId === 'string' && { clientId }),
    ...(typeof childIndex === 'string' && { childIndex: Buffer.from(childIndex, 'hex') }),
  }
}

/** Whether the opened outer half is the one that was committed to. */
export function matchesCommitment(entry: Pick<LogEntry, 'salt1' | 'innerHash' | 'commitment'>, outer: object): boolean {
  const { salt1, innerHash, commitment } = entry
  return commitmentOfOuter({ outer, innerHash, salt1 }).equals(commitment)
}
