import { hash } from 'node:crypto'
import Provider, { errors, type Adapter, type AdapterPayload } from 'oidc-provider'
import type { ClientRepository, RegisteredClient } from '../agency/client.repository.js'
import { claimsOf } from './assertions.js'
import type { ReplayRepository } from './replay.repository.js'

/** What the store reads and writes. */
export interface StoreParts {
  readonly clients: Pick<ClientRepository, 'find'>
  readonly replays: Pick<ReplayRepository, 'claim'>
}

/** A client as oidc-provider wants it. Agency, role and agreement are looked up again when a token is made. */
function metadataOf(client: RegisteredClient): AdapterPayload {
  return {
    client_id: client.clientId,
    token_endpoint_auth_method: 'private_key_jwt',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    dpop_bound_access_tokens: true,
    authorization_details_types: ['waymark'],
    jwks: { keys: [...client.keys] },
  }
}

/** Whether what is claimed is the proof of the request that is being answered; oidc-provider keeps both alike, under one hash. */
function isOfProof(id: string, clientId: string): boolean {
  const proof = Provider.ctx?.get('DPoP') ?? ''
  return proof !== '' && id === hash('sha256', `${clientId}${String(claimsOf(proof)['jti'])}`, 'base64url')
}

/**
 * What oidc-provider keeps: nothing but which assertions and proofs were used. It looks before it saves, so that of several
 * processes each could look first; here looking finds nothing, and saving claims the value in one statement or throws.
 *
 * @returns the adapter factory of one provider
 */
export function storeOf({ clients, replays }: StoreParts): (model: string) => Adapter {
  const nothing = (): Promise<undefined> => Promise.resolve(undefined)
  return (model) => ({
    find: async (id) => {
      if (model !== 'Client') return undefined
      const client = await clients.find(id)
      return client && metadataOf(client)
    },
    upsert: async (id, payload, expiresIn) => {
      if (model !== 'ReplayDetection') throw new Error(`auth keeps no ${model}`)
      if (!(await replays.claim(`token ${String(payload['iss'])}`, id, expiresIn ?? 0))) {
        throw isOfProof(id, String(payload['iss']))
          ? new errors.InvalidDpopProof('a proof may be used once')
          : new errors.InvalidClientAuth('a client assertion may be used once')
      }
    },
    findByUserCode: nothing,
    findByUid: nothing,
    consume: nothing,
    destroy: nothing,
    revokeByGrantId: nothing,
  })
}
