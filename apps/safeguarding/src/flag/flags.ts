import type { Contact } from '#libs/events'
import { endOfEnquiry } from '../involvement/openings.js'
import { instantIn, type Facts } from '../projection/facts.js'

/** What is true of a child now, and must not be missed. */
export type FlagKind = 'PROTECTION_PLAN' | 'LOOKED_AFTER' | 'ENQUIRY' | 'MISSING' | 'TEMPORARY_ACCOMMODATION'

/** A flag goes up. */
export interface RaiseFlag {
  readonly do: 'raise-flag'
  readonly kind: FlagKind
  readonly owner: string
  readonly sinceMs: number
  readonly expiresMs?: number
  readonly contacts: readonly Contact[]
}

/** A flag of this owner comes down. */
export interface LowerFlag {
  readonly do: 'lower-flag'
  readonly kind: FlagKind
  readonly owner: string
  readonly atMs: number
}

interface Row {
  readonly kind: FlagKind
  readonly field: string
  readonly raises: boolean
  readonly expires?: (facts: Facts) => number
}

const up = (kind: FlagKind, field: string, expires?: Row['expires']): Row => ({
  kind,
  field,
  raises: true,
  ...(expires && { expires }),
})
const down = (kind: FlagKind, field: string): Row => ({ kind, field, raises: false })

const table: Readonly<Record<string, Row>> = {
  'council.protection-plan.started': up('PROTECTION_PLAN', 'startedOn'),
  'council.protection-plan.ended': down('PROTECTION_PLAN', 'endedOn'),
  'council.looked-after.started': up('LOOKED_AFTER', 'startedOn'),
  'council.looked-after.ended': down('LOOKED_AFTER', 'endedOn'),
  'council.enquiry.started': up('ENQUIRY', 'startedOn', endOfEnquiry),
  'police.missing-episode.reported': up('MISSING', 'sinceAt'),
  'police.missing-episode.ended': down('MISSING', 'endedAt'),
  'housing.temporary-accommodation.placed': up('TEMPORARY_ACCOMMODATION', 'placedOn'),
  'housing.temporary-accommodation.ended': down('TEMPORARY_ACCOMMODATION', 'endedOn'),
}

/** The flags an event raises or lowers. */
export function flagsOf(facts: Facts): readonly (RaiseFlag | LowerFlag)[] {
  const row = Object.hasOwn(table, facts.type) ? table[facts.type] : undefined
  if (!row) return []
  const { kind } = row
  const owner = facts.posterId
  const atMs = instantIn(facts, row.field)
  if (!row.raises) return [{ do: 'lower-flag', kind, owner, atMs }]
  return [
    {
      do: 'raise-flag',
      kind,
      owner,
      sinceMs: atMs,
      contacts: [facts.contact],
      ...(row.expires && { expiresMs: row.expires(facts) }),
    },
  ]
}
