import { Injectable } from '@nestjs/common'
import {
  involvementKinds,
  type InvolvementKind,
  type InvolvementSpan,
  type Permit,
  type Protection,
} from '#libs/policy'
import { Database } from '#libs/postgres'
import { KeyRing, open } from '#libs/security'
import { Problem } from '#libs/service'
import type { ChildCore } from '../resolution/effects.js'
import type { ChildRecord } from './child-view.js'
import { IdentifierRepository } from './identifier.repository.js'

/** What decides whether an agency may know of a child; of a child that is not there, the facts of nobody. */
export interface ChildFacts {
  readonly childId: string
  readonly isKnown: boolean
  readonly requestedAs?: string
  readonly protection: Protection
  readonly isParty: boolean
  readonly involvements: readonly InvolvementSpan[]
}

interface FactsRow {
  readonly child_id: string
  readonly requested_as: string | null
  readonly level: Protection
  readonly is_party: boolean
  readonly involvements: readonly { kind: string; since_ms: number; until_ms: number | null }[] | null
}

const nobody = '00000000-0000-7000-8000-000000000000'

const facts = `
select f.child_id, f.requested_as, coalesce(v.level, 'none') as level,
       exists (select 1 from exchange.party_v p where p.child_id = f.child_id and p.agency_id = $1) as is_party,
       (select jsonb_agg(jsonb_build_object('kind', i.kind,
                 'since_ms', (extract(epoch from i.since) * 1000)::bigint,
                 'until_ms', (extract(epoch from i.until) * 1000)::bigint))
          from safeguarding.involvement_v i where i.child_id = f.child_id and i.agency_id = $1) as involvements
  from found f left join identity.protection_v v on v.child_id = f.child_id`

/** A child that is not there is replaced by nobody, of whom the same is asked. */
const byUci = `
with named as (select child_id, requested_as from identity.child_of_uci($2)),
     found as (select coalesce((select child_id from named), '${nobody}'::uuid) as child_id, (select requested_as from named) as requested_as)
${facts}`

/**
 * Of several children that dispute a number, the one the caller works with, else one it has dealt with. A number of a sealed
 * identity leads to nobody but whom stale records registered since.
 */
const byIdentifier = `
with dead as (select exists (select 1 from vault.among($4::bytea[])) as is_dead),
     holder as (
  select i.child_id from identity.identifier i join identity.child c on c.id = i.child_id
   where i.blind_index = $2 and i.system = $3 and i.status = 'current' and c.status <> 'withdrawn' and c.uci is not null
     and (not (select is_dead from dead) or exists (select 1 from identity.stale_child s where s.child_id = c.id))
   order by exists (select 1 from safeguarding.involvement_v v where v.child_id = i.child_id and v.agency_id = $1) desc,
            exists (select 1 from exchange.party_v p where p.child_id = i.child_id and p.agency_id = $1) desc,
            c.status, i.child_id limit 1),
     found as (select coalesce((select child_id from holder), '${nobody}'::uuid) as child_id, null::text as requested_as)
${facts}`

const child = `
select c.uci, c.status, c.version, c.core, c.split_at,
       (select jsonb_agg(jsonb_build_object('id', s.id, 'source', s.source, 'recordedAt', s.recorded_at, 'linkedAt', l.valid_from) order by s.id)
          from identity.link l join identity.source_record s on s.id = l.source_record_id
         where l.child_id = c.id and l.valid_to is null) as records
  from identity.child c where c.id = $1 and c.uci is not null and c.status <> 'withdrawn'`

/** The only way to a child's particulars; it asks for a permit. */
@Injectable()
export class ChildRepository {
  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
    private readonly identifiers: IdentifierRepository,
  ) {}

  async ofUci(uci: string, agencyId: string): Promise<ChildFacts> {
    return factsFrom(await this.database.query<FactsRow>(byUci, [agencyId, uci]))
  }

  async ofIdentifier(
    asked: { system: string; blindIndex: string; tombstones: readonly Buffer[] },
    agencyId: string,
  ): Promise<ChildFacts> {
    const index = Buffer.from(asked.blindIndex, 'hex')
    const params = [agencyId, index, asked.system, asked.tombstones]
    return factsFrom(await this.database.query<FactsRow>(byIdentifier, params))
  }

  /** @param asked.permit - proof that the policy let the caller know of this child */
  async read(asked: {
    readonly childId: string
    readonly permit: Permit<'readChild'>
  }): Promise<ChildRecord | undefined> {
    const { childId } = asked
    const [row] = await this.database.query<{
      uci: string
      status: 'active' | 'provisional'
      version: number
      core: Buffer | null
      split_at: Date | null
      records: readonly { id: string; source: string; recordedAt: string; linkedAt: string }[] | null
    }>(child, [childId])
    if (!row) return undefined
    const { uci, status, version, core, split_at: splitAt } = row
    const identifiers = await this.identifiers.ofChildren([{ childId, version }])
    const records = (row.records ?? []).map(({ id, source, recordedAt, linkedAt }) => ({
      ...{ id, source, recordedAt: new Date(recordedAt), linkedAt: new Date(linkedAt) },
    }))
    const held = identifiers.get(childId)
    if (!held) throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 60 })
    const known = { childId, uci, status, identifiers: held, records, ...(splitAt && { splitAt }) }
    return core === null ? known : { ...known, core: await this.openCore(childId, core) }
  }

  private async openCore(childId: string, core: Buffer): Promise<ChildCore> {
    const key = await this.keyRing.keyOf(`child:${childId}`, 'content')
    return JSON.parse(open(key, core, childId).toString('utf8')) as ChildCore
  }
}

function factsFrom([row]: readonly FactsRow[]): ChildFacts {
  if (!row) throw new Error('One row was asked for and none came')
  return {
    childId: row.child_id,
    isKnown: row.child_id !== nobody,
    ...(row.requested_as !== null && { requestedAs: row.requested_as }),
    protection: row.level,
    isParty: row.is_party,
    involvements: (row.involvements ?? []).flatMap(({ kind, since_ms, until_ms }) =>
      isInvolvementKind(kind) ? [{ kind, sinceMs: since_ms, ...(until_ms !== null && { untilMs: until_ms }) }] : [],
    ),
  }
}

function isInvolvementKind(kind: string): kind is InvolvementKind {
  return (involvementKinds as readonly string[]).includes(kind)
}
