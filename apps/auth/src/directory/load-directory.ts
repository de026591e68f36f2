import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '#libs/postgres'
import { publicHalfOf, readPrivateJwk } from '#libs/security'
import { DirectoryRepository, type ListedAgency, type ListedClient } from './directory.repository.js'

/** The directory of agencies, as far as `auth` reads it. */
export interface Directory {
  readonly agencies: readonly (ListedAgency & {
    readonly clients: readonly {
      readonly clientId: string
      readonly role?: string
      readonly agreement?: { readonly id: string }
    }[]
    readonly agreement?: { readonly id: string }
  })[]
}

type DirectoryAgency = Directory['agencies'][number]

function clientsOf(agency: DirectoryAgency): readonly ListedClient[] {
  return agency.clients.map(({ clientId, role, agreement = agency.agreement }) => {
    if (!agreement) throw new Error(`the directory gives ${clientId} no agreement`)
    return { clientId, agencyId: agency.id, ...(role !== undefined && { role }), agreementId: agreement.id }
  })
}

/**
 * Brings agencies, clients and their public keys up to the directory and the folder of key files, in one transaction.
 * Nothing is removed; running it again changes nothing.
 *
 * @param folder - holds `<agency>.sig.jwk`, `<agency>.enc.jwk` and, for clients with a role, `<agency>.<role>.sig.jwk`
 */
export async function loadDirectory(database: Database, directory: Directory, folder: string): Promise<void> {
  await database.transaction(async (tx) => {
    const repository = new DirectoryRepository(tx)
    for (const agency of directory.agencies) {
      await repository.putAgency(agency)
      for (const client of clientsOf(agency)) {
        await repository.putClient(client)
        const name = client.role === undefined ? agency.id : `${agency.id}.${client.role}`
        const jwk = publicHalfOf(readPrivateJwk(join(folder, `${name}.sig.jwk`)))
        await repository.putKey({ agencyId: agency.id, clientId: client.clientId, use: 'sig', jwk })
      }
      const encryptionKey = join(folder, `${agency.id}.enc.jwk`)
      if (!existsSync(encryptionKey)) continue
      const jwk = publicHalfOf(readPrivateJwk(encryptionKey))
      await repository.putKey({ agencyId: agency.id, use: 'enc', jwk })
    }
  })
}
