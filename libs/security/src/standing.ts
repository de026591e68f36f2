import type { Sql } from '#libs/postgres'
import type { AgencyKind, Caller } from './caller.js'

/** What a caller stands on at this instant: its agency's state, its agreement, and the basis that holds for its purpose. */
export interface Standing {
  readonly agency: { readonly id: string; readonly kind: AgencyKind; readonly status: string; readonly role?: string }
  readonly actions: readonly string[]
  readonly purpose?: string
  readonly agreement?: {
    readonly id: string
    readonly version: number
    readonly inForce: boolean
    readonly purposes: readonly string[]
  }
  readonly basis?: { readonly gateways: readonly string[]; readonly article6: string; readonly article9?: string }
  /** The database's clock. */
  readonly nowMs: number
}

interface QueryBasis {
  readonly gateways: readonly string[]
  readonly article6: string
  readonly article9?: string
}

interface Row {
  status: string | null
  version: number | null
  purposes: Readonly<Record<string, QueryBasis>> | null
  in_force: boolean | null
  now_ms: string
}

const question = `
select a.status, v.version, v.body -> 'purposes' as purposes,
       v.ended_at is null and v.valid_from <= now() and (v.valid_until is null or v.valid_until > now()) as in_force,
       (extract(epoch from now()) * 1000)::bigint as now_ms
  from (select 1) one
  left join auth.agency_v a on a.agency_id = $1
  left join exchange.agreement_v v on v.agreement_id = $2 and v.agency_id = $1`

/**
 * Reads what a caller stands on, for a policy question. An agency that is gone has status `unknown`.
 *
 * @param purpose - the one purpose of the request; its basis is the agreement's
 */
export async function standingOf(sql: Sql, caller: Caller, purpose = caller.purpose): Promise<Standing> {
  const [row] = await sql.query<Row>(question, [caller.agencyId, caller.agreement])
  if (row === undefined) throw new Error('One row was asked for and none came')
  return {
    agency: agencyOf(caller, row),
    actions: caller.actions,
    ...(purpose !== undefined && { purpose, ...basisOf(row, purpose) }),
    ...agreementOf(row, caller.agreement),
    nowMs: Number(row.now_ms),
  }
}

function agencyOf({ agencyId: id, agencyKind: kind, role }: Caller, { status }: Row): Standing['agency'] {
  return { id, kind, status: status ?? 'unknown', ...(role !== undefined && { role }) }
}

function basisOf({ purposes }: Row, purpose: string): Pick<Standing, 'basis'> {
  const basis = purposes && Object.hasOwn(purposes, purpose) ? purposes[purpose] : undefined
  if (basis === undefined) return {}
  const { gateways, article6, article9 } = basis
  return { basis: { gateways, article6, ...(typeof article9 === 'string' && { article9 }) } }
}

function agreementOf({ version, purposes, in_force }: Row, id: string): Pick<Standing, 'agreement'> {
  if (version === null) return {}
  return { agreement: { id, version, inForce: in_force === true, purposes: Object.keys(purposes ?? {}) } }
}
