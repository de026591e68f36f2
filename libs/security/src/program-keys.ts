import { createPrivateKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'

/** A 32-byte secret shared by two programs, under an id that changes when it is rotated. */
interface SharedKey {
  readonly kid: string
  readonly key: Buffer
}

/** A private JSON Web Key (RFC 7517); which members it has depends on `kty`. */
export type PrivateJwk = Readonly<Record<string, string>>

/** A public JSON Web Key with its name. */
type NamedJwk = JsonWebKey & { readonly kid?: string }

/** Every secret one program holds, decoded. No other program's file holds the same set. */
export interface ProgramKeys {
  readonly program: string
  /** Keys that wrap data keys: `active` wraps, any of `keys` unwraps. */
  readonly kek: { readonly active: string; readonly keys: ReadonlyMap<string, Buffer> }
  readonly secrets: ReadonlyMap<string, Buffer>
  /** By the program that calls: the keys it may sign with (two while one is being rotated). */
  readonly incoming: ReadonlyMap<string, ReadonlyMap<string, Buffer>>
  /** By the program that is called: the key to sign with. */
  readonly outgoing: ReadonlyMap<string, SharedKey>
  readonly receiptKey: { readonly kid: string; readonly privateKey: KeyObject }
  /** Public halves of the keys this program signed with before: what they signed stays checkable. */
  readonly formerReceiptKeys?: readonly NamedJwk[]
  /** `auth` only: private keys that sign access tokens, the signing one first. */
  readonly tokenKeys?: { readonly keys: readonly PrivateJwk[] }
  /** `audit` only: the C2SP note signer of the access log. */
  readonly logKey?: string
}

/** The form of a program's key file; what {@link readProgramKeys} decodes. */
export interface ProgramKeyFile {
  readonly program: string
  readonly kek: { readonly active: string; readonly keys: Readonly<Record<string, string>> }
  readonly secrets: Readonly<Record<string, string>>
  readonly incoming: Readonly<Record<string, Readonly<Record<string, string>>>>
  readonly outgoing: Readonly<Record<string, { readonly kid: string; readonly key: string }>>
  readonly receiptKey: PrivateJwk
  readonly formerReceiptKeys?: readonly NamedJwk[]
  readonly tokenKeys?: { readonly keys: readonly PrivateJwk[] }
  readonly logKey?: string
}

function secretBytes(name: string, text: string): Buffer {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length !== 32) throw new Error(`key file: ${name} is not 32 bytes of base64`)
  return bytes
}

function secretMap(name: string, values: Readonly<Record<string, string>>): ReadonlyMap<string, Buffer> {
  return new Map(Object.entries(values).map(([kid, text]) => [kid, secretBytes(`${name}.${kid}`, text)]))
}

/**
 * Decodes the content of a key file.
 *
 * @throws Error naming the member at fault, never its value
 */
export function decodeProgramKeys(file: ProgramKeyFile): ProgramKeys {
  const kek = { active: file.kek.active, keys: secretMap('kek', file.kek.keys) }
  if (!kek.keys.has(kek.active)) throw new Error('key file: kek.active names no key')
  const kid = file.receiptKey['kid']
  if (kid === undefined) throw new Error('key file: receiptKey has no kid')
  const outgoing = Object.entries(file.outgoing).map(
    ([callee, { kid: keyId, key }]) =>
      [callee, { kid: keyId, key: secretBytes(`outgoing.${callee}`, key) }] satisfies [string, SharedKey],
  )
  return {
    program: file.program,
    kek,
    secrets: secretMap('secrets', file.secrets),
    incoming: new Map(Object.entries(file.incoming).map(([caller, keys]) => [caller, secretMap(caller, keys)])),
    outgoing: new Map(outgoing),
    receiptKey: { kid, privateKey: createPrivateKey({ format: 'jwk', key: file.receiptKey }) },
    ...(file.formerReceiptKeys && { formerReceiptKeys: file.formerReceiptKeys }),
    ...(file.tokenKeys && { tokenKeys: file.tokenKeys }),
    ...(file.logKey !== undefined && { logKey: file.logKey }),
  }
}

/**
 * Reads the key file of a program (`WAYMARK_KEY_FILE`).
 *
 * @throws Error when the file is missing, is no JSON, or a secret is not 32 bytes
 */
export function readProgramKeys(path: string): ProgramKeys {
  return decodeProgramKeys(JSON.parse(readFileSync(path, 'utf8')) as ProgramKeyFile)
}

/**
 * The named secret of this program.
 *
 * @throws Error when the program's key file does not hold it
 */
export function secretOf(keys: ProgramKeys, name: string): Buffer {
  const secret = keys.secrets.get(name)
  if (!secret) throw new Error(`${keys.program} holds no secret named ${name}`)
  return secret
}
