import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PrivateKey } from './jose-signature.js'

/** The program a client speaks as: its identity, its agreement and its keys. */
interface ClientIdentity {
  /** The agency, or `waymark-hub/<role>`. */
  readonly name: string
  readonly agencyId: string
  readonly clientId: string
  readonly agreement: string
  readonly purposes: readonly string[]
  readonly actions: readonly string[]
  /** SHA-256 (hex) of each registered GraphQL document, by its name. */
  readonly operations: Readonly<Record<string, string>>
  readonly signingKey: PrivateKey
  /** X25519; hub roles have none. */
  readonly encryptionKey?: PrivateKey
}

/** What the connection file says about the hub. */
interface Hub {
  /** Base of every path, and of the URL in proofs. */
  readonly gateway: string
  readonly issuer: string
  readonly audience: string
}

/** A connection, ready to be used. */
export interface Connection {
  readonly hub: Hub
  readonly identity: ClientIdentity
}

interface ClientEntry {
  readonly clientId: string
  readonly signingKeyFile: string
  readonly encryptionKeyFile?: string
  readonly agreement: { readonly id: string }
  readonly purposes: readonly string[]
  readonly actions: readonly string[]
  readonly operations: Readonly<Record<string, string>>
}

type AgencyEntry = Partial<ClientEntry> & { readonly clients?: Readonly<Record<string, ClientEntry>> }

interface ConnectionFile extends Hub {
  readonly agencies: Readonly<Record<string, AgencyEntry>>
}

/** A connection file that cannot be used, told in words for whoever named it. */
class ConnectionUnusable extends Error {
  readonly code = 'CONNECTION_UNUSABLE'
}

interface Found {
  readonly agencyId: string
  readonly entry: ClientEntry
}

function isClient(entry: AgencyEntry): entry is ClientEntry {
  return entry.clientId !== undefined
}

/** Finds `agency`, `agency/role`, or a role that one agency alone has. */
function find(file: ConnectionFile, name: string): Found | undefined {
  const [first = '', role] = name.split('/')
  const agency = file.agencies[first]
  if (agency && role === undefined && isClient(agency)) return { agencyId: first, entry: agency }
  const withRole = Object.entries(file.agencies).flatMap(([agencyId, { clients }]) => {
    const entry = clients?.[role ?? first]
    return entry && (role === undefined || agencyId === first) ? [{ agencyId, entry }] : []
  })
  return withRole.length === 1 ? withRole[0] : undefined
}

function namesIn(file: ConnectionFile): readonly string[] {
  return Object.entries(file.agencies).flatMap(([agencyId, { clients }]) =>
    clients ? Object.keys(clients).map((role) => `${agencyId}/${role}`) : [agencyId],
  )
}

/**
 * Reads a connection file (doors §1) and the key files of one program in it.
 *
 * @param name - an agency, `agency/role`, or a role alone
 * @throws ConnectionUnusable listing the names there are, when there is no such program, or when the file is something else
 * @throws Error of the system when a file cannot be read
 */
export function readConnection(path: string, name: string): Connection {
  const file = readFile(path)
  const found = find(file, name)
  if (!found) throw new ConnectionUnusable(`The connection file has no ${name}; it has ${namesIn(file).join(', ')}`)
  const { agencyId, entry } = found
  const { clientId, agreement, purposes, actions, operations, encryptionKeyFile } = entry
  const readKey = (keyFile: string): PrivateKey =>
    JSON.parse(readFileSync(join(dirname(path), keyFile), 'utf8')) as PrivateKey
  const identity: ClientIdentity = {
    ...{ name, agencyId, clientId, agreement: agreement.id, purposes, actions, operations },
    signingKey: readKey(entry.signingKeyFile),
    ...(encryptionKeyFile !== undefined && { encryptionKey: readKey(encryptionKeyFile) }),
  }
  return { hub: { gateway: file.gateway, issuer: file.issuer, audience: file.audience }, identity }
}

function readFile(path: string): ConnectionFile {
  const file = parsed(readFileSync(path, 'utf8')) as Partial<ConnectionFile> | null
  const isOne = typeof file?.gateway === 'string' && typeof file.agencies === 'object'
  if (isOne) return file as ConnectionFile
  throw new ConnectionUnusable(`${path} is no connection file of a hub; npm start writes one`)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
