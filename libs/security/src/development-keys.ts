import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { noteKey } from '#libs/tlog'
import type { PrivateJwk, ProgramKeyFile } from './program-keys.js'

/** The part of the directory of agencies that keys are made for. */
export interface KeyDirectory {
  readonly agencies: readonly {
    readonly id: string
    readonly clients: readonly { readonly clientId: string; readonly role?: string }[]
  }[]
}

/** Which secrets, and whose requests, each program holds keys for. */
const needs: Readonly<Record<string, { secrets: readonly string[]; calls: readonly string[] }>> = {
  gateway: { secrets: ['accessIndex', 'distinct', 'nonce'], calls: ['identity', 'exchange', 'safeguarding', 'audit'] },
  identity: {
    secrets: ['lane', 'pseudonym', 'blindIndex', 'blockKey', 'vault', 'accessIndex', 'cursor'],
    calls: [],
  },
  exchange: { secrets: ['lane', 'pseudonym', 'accessIndex', 'cursor'], calls: ['identity'] },
  safeguarding: { secrets: ['lane', 'pseudonym', 'accessIndex', 'cursor'], calls: ['identity'] },
  audit: { secrets: ['accessIndex', 'pseudonym', 'cursor'], calls: ['identity'] },
  auth: { secrets: ['accessIndex', 'nonce'], calls: [] },
}
const programs = Object.keys(needs)
const witnesses = ['council', 'health', 'auditor']
const logOrigin = 'waymark.example/log'

function secret(): string {
  return randomBytes(32).toString('base64')
}

function newJwk(kind: 'ES256' | 'EdDSA' | 'X25519', use: 'sig' | 'enc', name: string): PrivateJwk {
  const pair = {
    ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
    EdDSA: () => generateKeyPairSync('ed25519'),
    X25519: () => generateKeyPairSync('x25519'),
  }[kind]()
  const jwk = pair.privateKey.export({ format: 'jwk' }) as Record<string, string>
  const alg = kind === 'X25519' ? 'ECDH-ES+A256KW' : kind
  return { ...jwk, kid: `${name}-${randomUUID().slice(0, 8)}`, alg, use }
}

/** The public half of a private JWK. */
export function publicHalfOf(jwk: PrivateJwk): PrivateJwk {
  return Object.fromEntries(Object.entries(jwk).filter(([name]) => name !== 'd'))
}

function writeOnce(path: string, content: () => string): void {
  if (existsSync(path)) return
  writeFileSync(path, content(), { mode: 0o600, flag: 'wx' })
}

function asText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function logSigner(): { readonly secret: string; readonly public: string } {
  return noteKey(logOrigin, 'log', randomBytes(32))
}

/** All programs' files are made together, since each pair of programs shares a key. */
function programFiles(logKey: string): ReadonlyMap<string, ProgramKeyFile> {
  const kek = { active: 'kek-1', keys: { 'kek-1': secret() } }
  const secrets = new Map(programs.flatMap((name) => needs[name]?.secrets ?? []).map((name) => [name, secret()]))
  const pairs = programs.flatMap((caller) =>
    (needs[caller]?.calls ?? []).map((callee) => ({ caller, callee, kid: `${caller}-${callee}-1`, key: secret() })),
  )
  const fileOf = (program: string): ProgramKeyFile => ({
    program,
    kek,
    secrets: Object.fromEntries((needs[program]?.secrets ?? []).map((name) => [name, secrets.get(name) ?? ''])),
    incoming: Object.fromEntries(
      pairs.filter(({ callee }) => callee === program).map(({ caller, kid, key }) => [caller, { [kid]: key }]),
    ),
    outgoing: Object.fromEntries(
      pairs.filter(({ caller }) => caller === program).map(({ callee, kid, key }) => [callee, { kid, key }]),
    ),
    receiptKey: newJwk('EdDSA', 'sig', `${program}-receipts`),
    ...(program === 'auth' && { tokenKeys: { keys: [newJwk('ES256', 'sig', 'tokens')] } }),
    ...(program === 'audit' && { logKey }),
  })
  return new Map(programs.map((program) => [program, fileOf(program)]))
}

function writePrograms(folder: string): void {
  const pathOf = (program: string): string => join(folder, 'programs', `${program}.json`)
  const present = programs.filter((program) => existsSync(pathOf(program)))
  if (present.length === programs.length) return
  if (present.length > 0) {
    throw new Error(`${folder}/programs lacks some programs' keys; they are made together, so remove the others first`)
  }
  mkdirSync(join(folder, 'programs'), { recursive: true, mode: 0o700 })
  const log = logSigner()
  const files = programFiles(log.secret)
  for (const [program, file] of files) writeOnce(pathOf(program), () => asText(file))
  const receiptKeys = [...files.values()].map(({ receiptKey }) => publicHalfOf(receiptKey))
  writeFileSync(join(folder, 'receipt-keys.json'), asText({ keys: receiptKeys }), { mode: 0o600 })
  writeFileSync(join(folder, 'log.vkey'), `${log.public}\n`, { mode: 0o600 })
  writeWitnesses(folder, log.public)
}

/** Three witnesses, any two of which make the quorum. */
function writeWitnesses(folder: string, logKey: string): void {
  mkdirSync(join(folder, 'witness'), { recursive: true, mode: 0o700 })
  const lines = witnesses.map((name) => {
    const key = noteKey(`${name}.witness.waymark.example`, 'witness', randomBytes(32))
    writeFileSync(join(folder, 'witness', `${name}.key`), `${key.secret}\n`, { mode: 0o600 })
    return `witness ${name} ${key.public}`
  })
  const policy = [`log ${logKey}`, ...lines, `group two-of-three 2 ${witnesses.join(' ')}`, 'quorum two-of-three', '']
  writeFileSync(join(folder, 'witness-policy.txt'), policy.join('\n'), { mode: 0o600 })
}

function writeAgencies(folder: string, directory: KeyDirectory): void {
  for (const { id, clients } of directory.agencies) {
    for (const { role } of clients) {
      const name = role === undefined ? id : `${id}.${role}`
      writeOnce(join(folder, `${name}.sig.jwk`), () => asText(newJwk('ES256', 'sig', name)))
    }
    // The hub has a feed too: its guardian desk and its data protection officer are told things like any recipient.
    writeOnce(join(folder, `${id}.enc.jwk`), () => asText(newJwk('X25519', 'enc', id)))
  }
}

/**
 * Makes every key a development or demonstration system needs, in files only their owner can read (mode 0600):
 * `programs/<program>.json`, `<agency>.sig.jwk`, `<agency>.enc.jwk`, `waymark-hub.<role>.sig.jwk`, `witness/<name>.key`,
 * `witness-policy.txt`, `receipt-keys.json`, `log.vkey`. What is there is kept. Never for production, whose keys live in a KMS.
 *
 * @throws Error when some programs' files are there and others are missing
 */
export function createDevelopmentKeys(folder: string, directory: KeyDirectory): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writePrograms(folder)
  writeAgencies(folder, directory)
}

/** Reads a private key file of an agency. */
export function readPrivateJwk(path: string): PrivateJwk {
  return JSON.parse(readFileSync(path, 'utf8')) as PrivateJwk
}
