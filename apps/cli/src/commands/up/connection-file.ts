import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataFolder } from './data-folder.js'
import type { Agency, Agreement, Client, Directory } from './directory.js'
import type { Profile } from './options.js'
import type { Ports } from './ports.js'
import { addressOf, audience } from './programs.js'

/** Hashes of the standard operations, by name. */
type Operations = Readonly<Record<string, string>>

/** Writes all that an outside program needs to drive every door (docs: the connection file), whole or not at all. */
export async function writeConnectionFile(
  folder: DataFolder,
  ports: Ports,
  directory: Directory,
  profile: Profile,
): Promise<void> {
  const names = new Set(agreementsOf(directory).flatMap(({ body }) => body.operations))
  const operations = Object.fromEntries(await Promise.all([...names].map(hashedOperation)))
  const content = {
    gateway: addressOf(ports, 'gateway'),
    issuer: addressOf(ports, 'auth'),
    audience,
    profile,
    log: `${addressOf(ports, 'gateway')}/log/`,
    logKey: (await readFile(join(folder.keys, 'log.vkey'), 'utf8')).trim(),
    witnessPolicy: 'keys/witness-policy.txt',
    receiptKeys: JSON.parse(await readFile(join(folder.keys, 'receipt-keys.json'), 'utf8')) as unknown,
    agencies: Object.fromEntries(directory.agencies.map((agency) => [agency.id, agencyEntry(agency, operations)])),
  }
  const fresh = `${folder.connectionFile}.new`
  await writeFile(fresh, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, folder.connectionFile)
}

function agreementsOf({ agencies }: Directory): readonly Agreement[] {
  const all = agencies.flatMap(({ agreement, clients }) => [agreement, ...clients.map((client) => client.agreement)])
  return all.filter((agreement) => agreement !== undefined)
}

/** The hash that names a persisted document: of its text as the file holds it. */
async function hashedOperation(name: string): Promise<readonly [string, string]> {
  const document = await readFile(join('schemas', 'operations', `${name}.graphql`))
  return [name, createHash('sha256').update(document).digest('hex')]
}

function agencyEntry(agency: Agency, operations: Operations): object {
  const { id, kind, organisation } = agency
  const [only] = agency.clients
  if (only && only.role === undefined)
    return {
      kind,
      organisation,
      ...clientEntry(id, only, agency.agreement, operations),
      encryptionKeyFile: `keys/${id}.enc.jwk`,
      feed: '/v1/feed',
    }
  const clients = agency.clients.map((client) => [
    client.role,
    {
      ...clientEntry(`${id}.${client.role ?? ''}`, client, client.agreement ?? agency.agreement, operations),
      ...(client.agreement?.body.actions.includes('receive') && {
        encryptionKeyFile: `keys/${id}.enc.jwk`,
        feed: '/v1/feed',
      }),
    },
  ])
  return { kind, organisation, clients: Object.fromEntries(clients) as object }
}

function clientEntry(
  keyName: string,
  client: Client,
  agreement: Agreement | undefined,
  operations: Operations,
): object {
  if (!agreement) throw new Error(`${client.clientId} has no agreement`)
  const { id, version, body } = agreement
  return {
    clientId: client.clientId,
    signingKeyFile: `keys/${keyName}.sig.jwk`,
    agreement: { id, version },
    purposes: Object.keys(body.purposes),
    actions: body.actions,
    operations: Object.fromEntries(body.operations.map((name) => [name, operations[name]])),
  }
}
