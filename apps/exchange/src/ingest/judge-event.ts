import { checkBasis, eventTypes, shortType, validatePosted, type PostedEvent } from '#libs/events'
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
  readonly mayPost: (event: PostedEvent) => boolean
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

const agencySource = 'urn:waymark:agency:'
const purposePointer = '#/data/sharingBasis/purpose'
const agreementPointer = '#/data/sharingBasis/agreement'

/** What an agency's events name as their source. */
export function sourceOf(agencyId: string): string {
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
function judgeHead(value: unknown, { caller, agreementOf }: JudgedBy): Refusal | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { source, type } = value as { source?: unknown; type?: unknown }
  if (typeof source === 'string' && source !== sourceOf(caller.agencyId)) {
    return refuse('SOURCE_NOT_YOURS', '#/source')
  }
  const info = typeof type === 'string' ? eventTypes.get(type) : undefined
  if (!info || typeof type !== 'string') return undefined
  const isOfKind = info.postedBy === 'any' || info.postedBy === caller.agencyKind
  const agreement = agreementOf(caller.agreement)
  if (!isOfKind || (agreement && !mayPublish(agreement, shortType(type)))) return refuse('TYPE_NOT_ALLOWED', '#/type')
  return undefined
}

function judgePurpose(purpose: string, caller: Caller): Refusal | undefined {
  if (caller.purpose !== undefined && caller.purpose !== purpose) {
    return refuse('BASIS_NOT_VALID_FOR_TYPE', purposePointer)
  }
  return caller.purposes.includes(purpose) ? undefined : refuse('PURPOSE_NOT_ALLOWED', purposePointer)
}

function judgeBasis(event: PostedEvent, { caller, agreementOf, nowMs }: JudgedBy): Refusal | undefined {
  const errors = checkBasis(event, new Date(nowMs), caller.agencyKind)
  if (errors.length > 0) return { code: 'BASIS_NOT_VALID_FOR_TYPE', errors }
  const held = agreementOf(caller.agreement)
  if (!held || !isInForce(held, nowMs)) return refuse('BASIS_NOT_VALID_FOR_TYPE', agreementPointer)
  const named = event.data.sharingBasis.agreement
  if (!named) return undefined
  const agreement = agreementOf(named.id)
  const isGood =
    agreement?.agencyId === caller.agencyId && agreement.version === named.version && isInForce(agreement, nowMs)
  return isGood ? undefined : refuse('BASIS_NOT_VALID_FOR_TYPE', agreementPointer)
}

function judgePolicy(event: PostedEvent, { mayPost }: JudgedBy): Refusal | undefined {
  return mayPost(event) ? undefined : refuse('NOT_PERMITTED', '#/type')
}

function refuse(code: ProblemCode, pointer: string): Refusal {
  return { code, errors: [{ pointer, code }] }
}
