import { formatUci, nhsNumberSystem, uciSystem, ulnSystem, upnSystem } from '#libs/identifiers'
import type { Caller } from '#libs/security'
import type { ChildCore } from '../resolution/effects.js'
import type { Child } from './child.type.js'
import type { ChildIdentifier } from './identifier.repository.js'
import { shownNames } from './shown-text.js'

/** A child as it is stored, opened. */
export interface ChildRecord {
  readonly childId: string
  readonly uci: string
  readonly status: 'active' | 'provisional'
  readonly core?: ChildCore
  readonly identifiers: readonly ChildIdentifier[]
  readonly splitAt?: Date
  readonly records: readonly LinkedSource[]
}

/** A record linked to the child. */
interface LinkedSource {
  readonly id: string
  readonly source: string
  readonly recordedAt: Date
  readonly linkedAt: Date
}

/** A child as it is shown; its internal id goes to its own fields and never out. */
export type ChildView = Child & { readonly childId: string }

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
export function viewOf(
  record: ChildRecord,
  { agencyKind, agencyId }: Caller,
  requestedAs: string | undefined,
): ChildView {
  const uci = formatUci(record.uci)
  const allowed = record.identifiers.filter(({ system }) => numbersFor[agencyKind].includes(system))
  return {
    ...{ uci, childId: record.childId },
    status: record.status === 'active' ? 'ACTIVE' : 'PROVISIONAL',
    ...(requestedAs !== undefined && { requestedAs: formatUci(requestedAs) }),
    names: record.core ? shownNames(record.core.names) : [],
    ...(record.core?.bornOn !== undefined && { bornOn: record.core.bornOn }),
    identifiers: [{ system: uciSystem, value: uci }, ...allowed],
    ...(record.splitAt && { splitSince: record.splitAt }),
    records: record.records.filter(({ source }) => agencyKind === 'hub' || source === agencyId),
  }
}
