import { formatUci, nhsNumberSystem, uciSystem, ulnSystem, upnSystem } from '#libs/identifiers'
import type { Caller } from '#libs/security'
import type { ChildCore } from '../resolution/effects.js'
import type { Child } from './child.type.js'
import type { ChildIdentifier } from './identifier.repository.js'

/** A child as it is stored, opened. */
export interface ChildRecord {
  readonly uci: string
  readonly status: 'active' | 'provisional'
  readonly core?: ChildCore
  readonly identifiers: readonly ChildIdentifier[]
}

/** Which official numbers a kind of agency may have (domain §5); pupil and learner numbers are for education alone. */
const numbersFor: Readonly<Record<Caller['agencyKind'], readonly string[]>> = {
  council: [nhsNumberSystem, upnSystem, ulnSystem],
  school: [upnSystem, ulnSystem],
  nhs: [nhsNumberSystem],
  police: [],
  housing: [],
  hub: [nhsNumberSystem, upnSystem, ulnSystem],
}

/** What one caller is shown of a child. */
export function viewOf(record: ChildRecord, { agencyKind }: Caller, requestedAs: string | undefined): Child {
  const uci = formatUci(record.uci)
  const allowed = record.identifiers.filter(({ system }) => numbersFor[agencyKind].includes(system))
  return {
    uci,
    status: record.status === 'active' ? 'ACTIVE' : 'PROVISIONAL',
    ...(requestedAs !== undefined && { requestedAs: formatUci(requestedAs) }),
    names: record.core ? [...record.core.names] : [],
    ...(record.core?.bornOn !== undefined && { bornOn: record.core.bornOn }),
    identifiers: [{ system: uciSystem, value: uci }, ...allowed],
  }
}
