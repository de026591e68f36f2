import { destination, pino, type Logger as Pino } from 'pino'

declare const brand: unique symbol
/** A line's code, from its feature's list. */
export type LogCode = string & { readonly [brand]: 'LogCode' }

/** Every key a log line may have. None can hold a name, a birth date, an address or an identifier of a person. */
const keys = [
  'accessRecordId',
  'address',
  'agencyId',
  'agreementId',
  'attempt',
  'checkpointSize',
  'clientId',
  'count',
  'decisionId',
  'depth',
  'durationMs',
  'errorCode',
  'errorName',
  'eventId',
  'eventType',
  'feature',
  'group',
  'handoverId',
  'kind',
  'laneCount',
  'level',
  'method',
  'offset',
  'outcome',
  'partition',
  'port',
  'problem',
  'program',
  'reason',
  'requestId',
  'retryAfterSeconds',
  'route',
  'ruleId',
  'schema',
  'seconds',
  'service',
  'shard',
  'size',
  'source',
  'state',
  'status',
  'thrownAt',
  'topic',
  'version',
  'witness',
] as const

/** Scalars under allow-listed keys; other keys do not compile, and are dropped where a cast let them through. */
export type LogFields = Readonly<Partial<Record<(typeof keys)[number], string | number | boolean | undefined>>>

/** Where a program writes what happens to it. */
export interface Logger {
  debug(code: LogCode, fields?: LogFields): void
  info(code: LogCode, fields?: LogFields): void
  warn(code: LogCode, fields?: LogFields): void
  error(code: LogCode, fields?: LogFields): void
}

/**
 * The log codes of a feature: `logCodes('handover', ['ESCALATED'])` gives `{ ESCALATED: 'handover.ESCALATED' }`.
 */
export function logCodes<const C extends readonly string[]>(
  feature: string,
  codes: C,
): Readonly<Record<C[number], LogCode>> {
  return Object.fromEntries(codes.map((code) => [code, `${feature}.${code}`])) as Record<C[number], LogCode>
}

/**
 * A logger that writes one JSON object a line to standard output.
 *
 * @param program - named on every line
 */
export function createLogger(program: string, level = 'info'): Logger {
  return loggerOver(
    pino({ level, base: { program }, timestamp: pino.stdTimeFunctions.isoTime }, destination({ fd: 1, sync: true })),
  )
}

let spoken: Logger | undefined

/** Makes a logger the one of this program, for what is put together before it starts. */
export function speakThrough(logger: Logger): void {
  spoken = logger
}

/** The logger of this program once it starts; silent before, and in tests. */
export function programLogger(): Logger {
  return (spoken ??= silentLogger())
}

/** A logger that says nothing, for tests and one-shot commands. */
export function silentLogger(): Logger {
  return loggerOver(pino({ level: 'silent' }))
}

/**
 * What may be said of an error: its class, its code and the line of our own that threw it. Never its message, which may quote a value.
 */
export function failureFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { errorName: typeof error }
  const code: unknown = 'code' in error ? error.code : undefined
  const place = /(?:apps|libs)\/[\w./-]+:\d+/.exec(error.stack ?? '')?.[0]
  return {
    errorName: error.name,
    ...((typeof code === 'string' || typeof code === 'number') && { errorCode: code }),
    ...(place !== undefined && { thrownAt: place }),
  }
}

function loggerOver(sink: Pino): Logger {
  const write =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (code: LogCode, fields: LogFields = {}) => {
      if (sink.isLevelEnabled(level)) sink[level](allowed(fields), code)
    }
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') }
}

const known: ReadonlySet<string> = new Set(keys)

function allowed(fields: LogFields): Record<string, string | number | boolean> {
  const kept: Record<string, string | number | boolean> = {}
  for (const [key, value] of Object.entries(fields) as [string, unknown][]) {
    if (!known.has(key)) continue
    if (typeof value === 'string') kept[key] = value.slice(0, 200)
    else if (typeof value === 'number' || typeof value === 'boolean') kept[key] = value
  }
  return kept
}
