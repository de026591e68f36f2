import type { FieldGroup } from '#libs/policy'

/** The basis under which an agency asks and reads for one purpose. */
interface AgreementBasis {
  readonly gateways: readonly string[]
  readonly article6: string
  readonly article9?: string
  readonly dpaSchedule1?: string | null
  readonly article10?: boolean
  readonly regime?: string
  readonly detriment?: { readonly outcome: string; readonly reason: string }
}

/** What a data-sharing agreement says. */
export interface AgreementBody {
  readonly title: string
  readonly purposes: Readonly<Record<string, AgreementBasis>>
  readonly actions: readonly string[]
  /** Short event types the agency may post; `school.*` and `*` are patterns. */
  readonly publish: readonly string[]
  /** What the agency may be sent, and which groups of fields at most. */
  readonly receive: readonly { readonly types: readonly string[]; readonly fieldGroups: readonly FieldGroup[] }[]
  /** Names of registered GraphQL operations. */
  readonly operations: readonly string[]
  /** How many different children its client may ask about; its agency as many as its largest agreement says. */
  readonly distinctChildrenPerHour: number
  /** How many of them each person behind the client may ask about; 30 where it says nothing. */
  readonly distinctChildrenPerUserPerHour?: number
}

/** The newest version of an agreement between the hub and one agency. */
export interface Agreement {
  readonly id: string
  readonly version: number
  readonly agencyId: string
  readonly body: AgreementBody
  readonly validFromMs: number
  readonly validUntilMs?: number
  readonly endedAtMs?: number
}

/** Whether anything may rest on the agreement at this instant of the database's clock. */
export function isInForce(agreement: Agreement, nowMs: number): boolean {
  if (agreement.endedAtMs !== undefined || nowMs < agreement.validFromMs) return false
  return agreement.validUntilMs === undefined || nowMs < agreement.validUntilMs
}

/** Whether the agreement lets its agency post a type, given in its short form. */
export function mayPublish(agreement: Agreement, shortType: string): boolean {
  return agreement.body.publish.some((pattern) => matches(pattern, shortType))
}

/** What bodies say of types, as it was found: each is asked for every copy of every event. */
const received = new WeakMap<AgreementBody, Map<string, readonly FieldGroup[] | undefined>>()

/** The groups of fields that the agreement opens to its agency for a type; `undefined` where it names no such type. */
export function groupsReceived({ body }: Agreement, shortType: string): readonly FieldGroup[] | undefined {
  const known = received.get(body) ?? new Map<string, readonly FieldGroup[] | undefined>()
  if (known.has(shortType)) return known.get(shortType)
  const rules = body.receive.filter(({ types }) => types.some((pattern) => matches(pattern, shortType)))
  const groups = rules.length === 0 ? undefined : [...new Set(rules.flatMap(({ fieldGroups }) => fieldGroups))]
  received.set(body, known.set(shortType, groups))
  return groups
}

function matches(pattern: string, shortType: string): boolean {
  if (pattern === '*') return true
  return pattern.endsWith('.*') ? shortType.startsWith(pattern.slice(0, -1)) : pattern === shortType
}
