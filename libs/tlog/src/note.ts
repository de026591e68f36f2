import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto'
import { sha256 } from './hash.js'

/** What a key of a signed note signs: the note itself (a log), or a timestamped statement about it (a witness). */
const noteKeyTypes = { log: 0x01, witness: 0x04 } as const
export type NoteKeyType = keyof typeof noteKeyTypes

/** A key that signs notes under a name. Its seed is 32 bytes. @see C2SP signed-note */
export interface NoteSigner {
  readonly name: string
  readonly type: NoteKeyType
  readonly keyId: Buffer
  readonly sign: (text: Buffer) => Buffer
}

/** A key that checks what the signer of the same name and key id signed. @see C2SP signed-note */
export interface NoteVerifier {
  readonly name: string
  readonly type: NoteKeyType
  readonly keyId: Buffer
  /** 32 bytes; two names may stand for one key. */
  readonly publicKey: Buffer
  readonly verify: (text: Buffer, signature: Buffer) => boolean
}

/** One signature line of a note: `— <name> <base64 of key id and signature>`. */
export interface NoteSignature {
  readonly name: string
  readonly keyId: Buffer
  readonly signature: Buffer
}

/** A text, always ending in a line end, and the signatures under it. */
export interface SignedNote {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

const pkcs8Ed25519 = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiEd25519 = Buffer.from('302a300506032b6570032100', 'hex')

/** Makes the signer, its secret text form `PRIVATE+KEY+…` and its public form `name+id+key`, from a 32-byte seed. */
export function noteKey(
  name: string,
  type: NoteKeyType,
  seed: Buffer,
): { readonly secret: string; readonly public: string } {
  const publicKey = rawPublicKey(privateKeyOf(seed))
  const keyId = keyIdOf(name, type, publicKey).toString('hex')
  const encoded = (key: Buffer): string => Buffer.concat([Buffer.of(noteKeyTypes[type]), key]).toString('base64')
  return { secret: `PRIVATE+KEY+${name}+${keyId}+${encoded(seed)}`, public: `${name}+${keyId}+${encoded(publicKey)}` }
}

/**
 * Reads a secret note key.
 *
 * @throws RangeError when the text is none; the message never holds it
 */
export function readSigner(secret: string): NoteSigner {
  const [, , name = '', id, key = ''] = secret.trim().split('+')
  const { type, bytes } = readKey(secret.trim().split('+').slice(4).join('+') || key)
  const privateKey = privateKeyOf(bytes)
  const keyId = keyIdOf(name, type, rawPublicKey(privateKey))
  const isWhole = secret.startsWith('PRIVATE+KEY+') && isKeyName(name) && keyId.toString('hex') === id
  if (!isWhole) throw new RangeError('Not a secret note key')
  return { name, type, keyId, sign: (text) => sign(null, text, privateKey) }
}

/**
 * Reads a public note key, `name+id+key`.
 *
 * @throws RangeError when the text is none, or its id is not that of its name and key
 */
export function readVerifier(text: string): NoteVerifier {
  const [name = '', id, ...rest] = text.trim().split('+')
  const { type, bytes } = readKey(rest.join('+'))
  const keyId = keyIdOf(name, type, bytes)
  if (!isKeyName(name) || keyId.toString('hex') !== id) throw new RangeError('Not a public note key')
  const key = createPublicKey({ key: Buffer.concat([spkiEd25519, bytes]), format: 'der', type: 'spki' })
  return { name, type, keyId, publicKey: bytes, verify: (message, signature) => verifies(key, message, signature) }
}

function verifies(key: KeyObject, message: Buffer, signature: Buffer): boolean {
  return signature.length === 64 && verify(null, message, key, signature)
}

function readKey(text: string): { readonly type: NoteKeyType; readonly bytes: Buffer } {
  const encoded = Buffer.from(text, 'base64')
  const type = (Object.keys(noteKeyTypes) as NoteKeyType[]).find((name) => noteKeyTypes[name] === encoded[0])
  if (type === undefined || encoded.length !== 33) throw new RangeError('Not a note key')
  return { type, bytes: encoded.subarray(1) }
}

function privateKeyOf(seed: Buffer): KeyObject {
  return createPrivateKey({ key: Buffer.concat([pkcs8Ed25519, seed]), format: 'der', type: 'pkcs8' })
}

function rawPublicKey(key: KeyObject): Buffer {
  return createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
}

function keyIdOf(name: string, type: NoteKeyType, publicKey: Buffer): Buffer {
  return sha256(name, Buffer.of(0x0a, noteKeyTypes[type]), publicKey).subarray(0, 4)
}

/** Writes a note: its text, an empty line, one line a signature. */
export function formatNote({ text, signatures }: SignedNote): string {
  return `${text}\n${signatures.map(formatSignature).join('')}`
}

/** `— <name> <base64>` and a line end. */
export function formatSignature({ name, keyId, signature }: NoteSignature): string {
  return `— ${name} ${Buffer.concat([keyId, signature]).toString('base64')}\n`
}

/** ASCII's, but for the line end. */
// eslint-disable-next-line no-control-regex -- that is what it looks for
const controlCharacter = /[\0-\x09\x0b-\x1f]/

/** Unicode's spaces are JavaScript's and the next-line character. */
const keyName = /^[^\s\u0085+]+$/u

function isKeyName(name: string): boolean {
  return keyName.test(name)
}

/** Reads a note, or answers undefined when it is none; never throws and checks no signature. */
export function parseNote(note: string): SignedNote | undefined {
  const end = note.lastIndexOf('\n\n')
  if (end < 0 || note.length > 1_000_000 || !note.endsWith('\n') || controlCharacter.test(note)) return undefined
  const lines = note.slice(end + 2, -1).split('\n')
  const signatures = lines.map(parseSignature).filter((line) => line !== undefined)
  const whole = signatures.length === lines.length && signatures.length <= 100
  return whole ? { text: note.slice(0, end + 1), signatures } : undefined
}

/** Reads one signature line, without its line end. */
function parseSignature(line: string): NoteSignature | undefined {
  const [, name = '', encoded = ''] = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? []
  const bytes = Buffer.from(encoded, 'base64')
  if (!isKeyName(name) || bytes.length < 5 || bytes.toString('base64') !== encoded) return undefined
  return { name, keyId: bytes.subarray(0, 4), signature: bytes.subarray(4) }
}

/** The signatures that claim to be by `key`. */
export function signaturesBy(note: SignedNote, key: Pick<NoteVerifier, 'name' | 'keyId'>): readonly Buffer[] {
  return note.signatures
    .filter(({ name, keyId }) => name === key.name && keyId.equals(key.keyId))
    .map(({ signature }) => signature)
}
