import {
  checkBasis,
  eventTypes,
  validatePosted,
  type EventTypeInfo,
  type PostedEvent,
  type SharingBasis,
} from '#libs/events'
import type { Caller } from '#libs/security'
import type { FieldFault, ProblemCode } from '#libs/service'
import { isInForce, mayPublish, type Agreement } from '../basis/agreement.js'

/** Why an event is not taken, as its sender is told. */
export interface Refusal {
  readonly code: ProblemCode
  readonly errors: readonly FieldFault[]
}

export type Judgement =
  { readonly ok: true; readonly event: PostedEvent } | { readonly ok: false; readonly refusal: Refusal }

/** What an event is judged by. */
export interface JudgedBy {
  readonly caller: Caller
  /** Agreements by id, as fresh as the book. */
  readonly agreementOf: (id: string) => Agreement | undefined
  /** Whether the policy lets the caller post this event; asked last. */
  readonly mayPost: (event: PostedEvent, agreement: Agreement) => boolean
  /** Whether `99…` UCIs pass: in every profile but production. */
  readonly allowReservedUci: boolean
  readonly nowMs: number
}

/** Refusals that somebody should know of: an agency that tries what it may not, or rests on what does not hold. */
const recorded: ReadonlySet<ProblemCode> = new Set([
  'SOURCE_NOT_YOURS',
  'TYPE_NOT_ALLOWED',
  'PURPOSE_NOT_ALLOWED',
  'NOT_PERMITTED',
  'BASIS_MISSING',
  'BASIS_NOT_VALID_FOR_TYPE',
  'EVENT_ID_REUSED',
  'NOT_FOUND',
])

/** Whether a refusal goes into the access log. */
export function isRecorded(refusal: Refusal): boolean {
  return recorded.has(refusal.code)
}

type AgreementFault = 'AGREEMENT_UNKNOWN' | 'AGREEMENT_ENDED'

const agencySource = 'urn:waymark:agency:'
const purposePointer = '#/data/sharingBasis/purpose'
const agreementPointer = '#/data/sharingBasis/agreement'

/** What an agency's events name as their source. */
function sourceOf(agencyId: string): string {
  return `${agencySource}${agencyId}`
}

/**
 * Judges one posted value: whose it is, what it is, its form, its purpose and its basis, in this order. Who it is about is
 * not asked, so nothing here tells a known child from an unknown one.
 */
export function judgeEvent(value: unknown, by: JudgedBy): Judgement {
  const stranger = judgeHead(value, by)
  if (stranger) return { ok: false, refusal: stranger }
  const valid = validatePosted(value, { now: new Date(by.nowMs), allowReservedUci: by.allowReservedUci })
  if (!valid.ok) return { ok: false, refusal: { code: valid.code, errors: valid.faults } }
  const { event } = valid
  const refusal =
    judgePurpose(event.data.sharingBasis.purpose, by.caller) ?? judgeBasis(event, by) ?? judgePolicy(event, by)
  return refusal ? { ok: false, refusal } : { ok: true, event }
}

/** What can be said before the form is known: a foreign source or a type of others is refused as just that. */
function judgeHead(value: unknown, by: JudgedBy): Refusal | undefined {
  const { source, type } = namesIn(value)
  if (source !== undefined && source !== sourceOf(by.caller.agencyId)) return refuse('SOURCE_NOT_YOURS', '#/source')
  const info = eventTypes.get(type ?? '')
  return !info || isYours(info, by) ? undefined : refuse('TYPE_NOT_ALLOWED', '#/type')
}

function namesIn(value: unknown): { readonly source?: string; readonly type?: string } {
  if (typeof value !== 'object' || value === null) return {}
  const { source, type } = value as { source?: unknown; type?: unknown }
  return { ...(typeof source === 'string' && { source }), ...(typeof type === 'string' && { type }) }
}

function isYours({ postedBy, shortType }: EventTypeInfo, { caller, agreementOf }: JudgedBy): boolean {
  if (postedBy !== 'any' && postedBy !== caller.agencyKind) return false
  const agreement = agreementOf(caller.agreement)
  return !agreement || mayPublish(agreement, shortType)
}

function judgePurpose(purpose: string, caller: Caller): Refusal | undefined {
  if (caller.purpose !== undefined && caller.purpose !== purpose) {
    return { code: 'BASIS_NOT_VALID_FOR_TYPE', errors: [{ pointer: purposePointer, code: 'PURPOSE_MISMATCH' }] }
  }
  return caller.purposes.includes(purpose) ? undefined : refuse('PURPOSE_NOT_ALLOWED', purposePointer)
}

function judgeBasis(event: PostedEvent, by: JudgedBy): Refusal | undefined {
  const errors = checkBasis(event, new Date(by.nowMs), by.caller.agencyKind)
  if (errors.length > 0) return { code: 'BASIS_NOT_VALID_FOR_TYPE', errors }
  const code = agreementFault(event.data.sharingBasis.agreement, by)
  return code && agreementRefused(code)
}

/** An agreement of another agency is as unknown as none. The one that the event names, if any, holds beside the token's. */
function agreementFault(
  named: SharingBasis['agreement'],
  { caller, agreementOf, nowMs }: JudgedBy,
): AgreementFault | undefined {
  const held = agreementOf(caller.agreement)
  const meant = named ? ownVersion(named, agreementOf(named.id), caller) : held
  if (!held || !meant) return 'AGREEMENT_UNKNOWN'
  return isInForce(held, nowMs) && isInForce(meant, nowMs) ? undefined : 'AGREEMENT_ENDED'
}

function ownVersion(
  named: { readonly version: number },
  agreement: Agreement | undefined,
  { agencyId }: Caller,
): Agreement | undefined {
  return agreement?.agencyId === agencyId && agreement.version === named.version ? agreement : undefined
}

/** The refusal of what rests on an agreement that is not there, or no longer. */
export function agreementRefused(code: AgreementFault): Refusal {
  return { code: 'BASIS_NOT_VALID_FOR_TYPE', errors: [{ pointer: agreementPointer, code }] }
}

function judgePolicy(event: PostedEvent, { caller, agreementOf, mayPost }: JudgedBy): Refusal | undefined {
  const agreement = agreementOf(caller.agreement)
  return agreement && mayPost(event, agreement) ? undefined : refuse('NOT_PERMITTED', '#/type')
}

function refuse(code: ProblemCode, pointer: string): Refusal {
  return { code, errors: [{ pointer, code }] }
}
