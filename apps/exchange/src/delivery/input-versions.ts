import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { canonicalJson } from '#libs/tlog'
import type { Agreement } from '../basis/agreement.js'
import { concerning } from '../ingest/restraint.js'
import type { Facts } from '../routing/child-facts.js'
import type { Agency } from '../routing/directory.js'

/** What a decision rests on beside the event itself, which never changes. */
export interface Inputs {
  readonly agency: Pick<Agency, 'id' | 'kind' | 'services' | 'status' | 'encryptionKey'>
  /** The recipient's agreement that names the type, and the sender's that the event rests on. */
  readonly agreements: readonly (Pick<Agreement, 'id' | 'version'> & { readonly inForce: boolean })[]
  readonly facts: Pick<Facts, 'involvements' | 'protection' | 'isProvisional' | 'basisVersion' | 'restraints'>
  readonly policyVersion: string
}

/** Digests by what they are of: a copy is checked soon after it is decided, mostly with the same inputs. */
const digests = new LRUCache<string, string>({ max: 5_000 })

/**
 * The versions of all that a decision rests on, as one digest: while it stays the same, so does the answer, until time
 * itself changes it (`validUntil`).
 */
export function inputVersions({ agency, agreements, facts, policyVersion }: Inputs): string {
  const versions = {
    agency: [agency.kind, [...agency.services].sort(), agency.status, agency.encryptionKey?.kid ?? null],
    agreements: agreements.map(({ id, version, inForce }) => [id, version, inForce]),
    involvements: facts.involvements
      .filter(({ agencyId }) => agencyId === agency.id)
      .map(({ kind, sinceMs, untilMs }) => [kind, sinceMs, untilMs ?? null])
      .sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
    protection: facts.protection,
    isProvisional: facts.isProvisional,
    basisVersion: facts.basisVersion,
    restraints: concerning(agency.id, facts.restraints).map(({ kind }) => kind),
    policyVersion,
  }
  const name = JSON.stringify(versions)
  const known = digests.get(name)
  if (known !== undefined) return known
  const digest = hash('sha256', canonicalJson(versions), 'base64url')
  digests.set(name, digest)
  return digest
}
