import { createHash } from 'node:crypto'
import type { Sql } from '#libs/postgres'
import type { AgreementBody } from './agreement.js'

/** An agreement as the directory has it. */
export interface DirectoryAgreement {
  readonly id: string
  readonly version: number
  readonly validFrom: string
  readonly validUntil?: string
  readonly body: AgreementBody
}

/** The directory: agencies, each with its agreement, or one for each of its clients. */
export interface AgreementDirectory {
  readonly agencies: readonly {
    readonly id: string
    readonly agreement?: DirectoryAgreement
    readonly clients: readonly { readonly agreement?: DirectoryAgreement }[]
  }[]
}

/** The purposes that the law forbids the hub to serve; an agreement that names one is refused whole. */
const refusedPurposes = ['immigration-enforcement', 'benefit-policing']

/** What is wrong with a directory's agreements; nothing of it is loaded. */
class DirectoryFault extends Error {
  override readonly name = 'DirectoryFault'
}

/**
 * Writes the agreements of a directory and registers their operations. What is there stays as it is: a version never
 * changes, and an agreement that was ended stays ended.
 *
 * @param documentOf - the exact text of a registered operation, by its name; its SHA-256 is what a client sends
 */
export async function loadDirectoryAgreements(
  sql: Sql,
  directory: AgreementDirectory,
  documentOf: (name: string) => string | undefined,
): Promise<number> {
  const agreements = directory.agencies.flatMap(({ id, agreement, clients }) =>
    [agreement, ...clients.map((client) => client.agreement)].flatMap((one) => (one ? [{ agencyId: id, ...one }] : [])),
  )
  const operations = agreements.flatMap((agreement) => operationsOf(agreement, documentOf))
  for (const agreement of agreements) {
    checkPurposes(agreement)
    const { id, version, agencyId, body, validFrom, validUntil } = agreement
    await sql.query(
      `insert into exchange.agreement (agreement_id, version, agency_id, body, valid_from, valid_until)
       values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [id, version, agencyId, JSON.stringify(body), validFrom, validUntil ?? null],
    )
  }
  for (const { id, version, name, sha256, document } of operations) {
    await sql.query(
      `insert into exchange.agreement_operation (agreement_id, version, name, sha256, document)
       values ($1, $2, $3, $4, $5) on conflict (agreement_id, version, name) do update
         set sha256 = excluded.sha256, document = excluded.document`,
      [id, version, name, sha256, document],
    )
  }
  return agreements.length
}

function operationsOf({ id, version, body }: DirectoryAgreement, documentOf: (name: string) => string | undefined) {
  return body.operations.map((name) => {
    const document = documentOf(name)
    if (document === undefined)
      throw new DirectoryFault(`${id} registers ${name}, which schemas/operations does not hold`)
    return { id, version, name, document, sha256: createHash('sha256').update(document, 'utf8').digest('hex') }
  })
}

function checkPurposes({ id, body }: DirectoryAgreement): void {
  const refused = Object.keys(body.purposes).find((purpose) => refusedPurposes.includes(purpose))
  if (refused !== undefined) throw new DirectoryFault(`${id} names the purpose ${refused}, which is never served`)
}
