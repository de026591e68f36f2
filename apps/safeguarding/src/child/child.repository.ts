import { Injectable } from '@nestjs/common'
import { formatUci } from '#libs/identifiers'
import type { Protection } from '#libs/policy'
import type { Sql } from '#libs/postgres'

/** A child as it was asked for; a question about nobody has the same members and asks the same of the database. */
export interface FoundChild {
  /** Internal UUID; of nobody: one that no child has. */
  readonly childId: string
  readonly isKnown: boolean
  readonly uci: string
  readonly status: 'active' | 'provisional'
}

/** What else a decision about a child needs. */
export interface ChildFacts {
  readonly protection: Protection
  /** The agency posted, or was sent, an event about the child. */
  readonly isParty: boolean
  /** Events about the child wait here. */
  readonly isParked: boolean
}

const nobody = '00000000-0000-4000-8000-000000000000'

/** Reads what identity and exchange know of a child, through the views they grant. */
@Injectable()
export class ChildRepository {
  /** The child of a UCI, redirects followed. */
  async find(sql: Sql, uci: string): Promise<FoundChild> {
    const [row] = await sql.query<{ child_id: string; uci: string; status: 'active' | 'provisional' }>(
      'select child_id, uci, status from identity.child_of_uci($1) limit 1',
      [uci],
    )
    if (!row) return { childId: nobody, isKnown: false, uci: formatUci(uci), status: 'active' }
    return { childId: row.child_id, isKnown: true, uci: formatUci(row.uci), status: row.status }
  }

  async factsOf(
    sql: Sql,
    childId: string,
    at: { readonly agencyId: string; readonly lane: Buffer },
  ): Promise<ChildFacts> {
    const [row] = await sql.query<{ level: Protection | null; party: boolean; parked: boolean }>(
      `select (select level from identity.protection_v where child_id = $1) as level,
              exists (select 1 from exchange.party_v where child_id = $1 and agency_id = $2) as party,
              exists (select 1 from safeguarding.parked_v where lane = $3) as parked`,
      [childId, at.agencyId, at.lane],
    )
    return { protection: row?.level ?? 'none', isParty: row?.party ?? false, isParked: row?.parked ?? false }
  }
}
