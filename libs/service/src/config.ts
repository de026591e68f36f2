type Environment = Readonly<Record<string, string | undefined>>

/** Turns one environment variable into a value; throws an `Error` whose message says what is expected, never what was given. */
export type Reader<T> = (value: string | undefined) => T
type ConfigShape = Readonly<Record<string, Reader<unknown>>>
type Config<S extends ConfigShape> = { readonly [K in keyof S]: ReturnType<S[K]> }

/** Thrown at start-up; the message lists every faulty variable by name, never its value. */
class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID'
  constructor(readonly faults: readonly string[]) {
    super(`Configuration is not usable:\n${faults.join('\n')}`)
  }
}

/**
 * Reads every variable named in `shape`, or fails with all the faults at once.
 *
 * @throws ConfigError
 */
export function readConfig<S extends ConfigShape>(shape: S, env: Environment): Config<S> {
  const faults: string[] = []
  const entries = Object.entries(shape).map(([name, read]) => {
    try {
      return [name, read(env[name])] as const
    } catch (error) {
      faults.push(`- ${name}: ${error instanceof Error ? error.message : 'not usable'}`)
      return [name, undefined] as const
    }
  })
  if (faults.length > 0) throw new ConfigError(faults)
  return Object.fromEntries(entries) as Config<S>
}

/** A text; required unless a fallback is given (which may be empty). */
export const text =
  (fallback?: string): Reader<string> =>
  (value) => {
    const chosen = value === undefined || value === '' ? fallback : value
    if (chosen === undefined) throw new Error('is required')
    return chosen
  }

/** A TCP port, 0 to 65535; 0 lets the system choose. */
const port = (fallback?: number): Reader<number> => whole({ min: 0, max: 65_535 }, fallback)

/** A whole number within bounds. */
export const whole =
  ({ min, max }: { min: number; max: number }, fallback?: number): Reader<number> =>
  (value) => {
    const given = value === undefined || value === '' ? fallback : Number(value)
    const chosen = given ?? Number.NaN
    if (!Number.isInteger(chosen) || chosen < min || chosen > max) {
      throw new Error(`must be a whole number, ${String(min)} to ${String(max)}`)
    }
    return chosen
  }

/** An absolute http or https address, without a slash at its end. */
export const address =
  (fallback?: string): Reader<string> =>
  (value) => {
    const chosen = text(fallback)(value)
    if (!URL.canParse(chosen) || !/^https?:$/.test(new URL(chosen).protocol)) {
      throw new Error('must be an http or https address')
    }
    return chosen.replace(/\/+$/, '')
  }

/** Texts separated by commas; blanks around them and empty ones are dropped. */
export const list =
  (fallback?: string): Reader<readonly string[]> =>
  (value) =>
    text(fallback)(value)
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '')

/** One of the words given. */
export const oneOf =
  <const W extends readonly string[]>(words: W, fallback?: W[number]): Reader<W[number]> =>
  (value) => {
    const chosen = text(fallback)(value)
    if (!words.includes(chosen)) throw new Error(`must be one of ${words.join(', ')}`)
    return chosen
  }

/**
 * The variables every program reads, with its own port as default; spread them into its shape. Who does not say that it is a
 * sandbox has nothing of one.
 *
 * @param ownPort - the program's public port; its management listener has that port + 100
 */
export const programShape = (ownPort: number) => ({
  PORT: port(ownPort),
  MANAGEMENT_PORT: port(ownPort + 100),
  WAYMARK_PROFILE: oneOf(['sandbox', 'production'], 'production'),
  WAYMARK_KEY_FILE: text(''),
  LOG_LEVEL: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'info'),
})

const issuer = 'http://127.0.0.1:4005'

/** The variables of a program that verifies access tokens; `JWKS_URL` empty means `<ISSUER>/jwks`. */
export const verifierShape = {
  ISSUER: address(issuer),
  AUDIENCE: text('https://api.waymark.example'),
  JWKS_URL: text(''),
}
