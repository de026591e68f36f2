import { hash } from 'node:crypto'
import type { CedarValueJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { DeliveryBasis, DeliveryDecision, DeliveryQuestion, SharedIdentifier } from './delivery-question.js'
import { fieldGroups } from './field-group.js'
import type { FieldGroup } from './field-group.js'
import { agencyEntities, instant, involvedOf, optional, whole } from './involved.js'
import { Remembered } from './remembered.js'
import type { CedarQuestion, PolicySet } from './policy-set.js'
import { horizon, whenOf, widestOfEach } from './spans.js'

type Verdict = Omit<DeliveryDecision, 'validUntilMs' | 'policyVersion'>

const remembered = new Remembered<Verdict>(20_000)

/**
 * Decides whether a recipient may have an event, and which of its field groups: at most six questions to Cedar, none
 * if the same inputs, ids and the exact hour left aside, were decided before.
 *
 * Never throws for what a question says; whatever no rule permits is a DENY that names the permit that came nearest.
 */
export function decideDelivery(set: PolicySet, question: DeliveryQuestion): DeliveryDecision {
  const verdict = remembered.get(`${set.hash}:${digestOf(question)}`, () => decide(set, question))
  const until = horizon(
    [
      question.basis.validFromMs,
      question.basis.validUntilMs,
      question.agreement?.validUntilMs,
      ...question.involvements.flatMap(({ sinceMs, untilMs }) => [sinceMs, untilMs]),
    ],
    question.nowMs,
  )
  return { ...verdict, ...(until === undefined ? {} : { validUntilMs: until }), policyVersion: set.hash }
}

function decide(set: PolicySet, question: DeliveryQuestion): Verdict {
  const rules = question.reviewed ? 'unreviewed' : 'all'
  const core = set.ask(inCedar(question, 'core'), rules)
  if (!core.allowed) return refusal(set, question, core.rules)
  const others = fieldGroups.slice(1).map((group) => ({ group, ...set.ask(inCedar(question, group), rules) }))
  const open = others.filter(({ allowed }) => allowed).map(({ group }) => group)
  const [ruleId = 'default-deny'] = core.rules
  return {
    outcome: 'PERMIT',
    fieldGroups: ['core', ...open],
    identifiers: identifiersOf(set, core.rules),
    areaOnly: !open.includes('l') && isPlaceOpen(question) && core.rules.some((id) => set.annotation(id, 'area')),
    ruleId,
    reasons: [
      ...(question.provisional ? ['identity-in-review'] : []),
      ...others.map(({ group, rules }) => `${group}: ${rules[0] ?? 'default-deny'}`),
    ],
  }
}

function refusal(set: PolicySet, question: DeliveryQuestion, rules: readonly string[]): Verdict {
  const nothing = { fieldGroups: [], identifiers: [], areaOnly: false }
  const isForReview = rules.length > 0 && rules.every((id) => set.annotation(id, 'outcome') === 'review')
  const codes = rules.map((id) => set.annotation(id, 'reason') ?? id)
  const [first] = rules
  if (isForReview && first !== undefined && set.ask(inCedar(question, 'core'), 'unreviewed').allowed) {
    return { outcome: 'REVIEW', ...nothing, ruleId: first, reasons: codes }
  }
  if (first !== undefined && !isForReview) return { outcome: 'DENY', ...nothing, ruleId: first, reasons: codes }
  const near = set.explain(inCedar(question, 'core'))
  return { outcome: 'DENY', ...nothing, ruleId: near.ruleId, reasons: ['not-entitled', ...near.failed] }
}

/** Not even an area is named of a child whose places are hidden. */
function isPlaceOpen({ protection, sensitivity }: DeliveryQuestion): boolean {
  return protection === 'none' && sensitivity === 'none'
}

function identifiersOf(set: PolicySet, rules: readonly string[]): readonly SharedIdentifier[] {
  const named = new Set(rules.flatMap((id) => (set.annotation(id, 'identifiers') ?? '').split(' ')))
  return (['uci', 'nhs-number', 'upn'] as const).filter((identifier) => named.has(identifier))
}

function inCedar(question: DeliveryQuestion, fieldGroup: FieldGroup): CedarQuestion {
  const principal = { type: 'Waymark::Agency', id: 'recipient' }
  const resource = { type: 'Waymark::Record', id: 'event' }
  const { eventType, sensitivity, protection } = question
  return {
    principal,
    action: 'receive',
    resource,
    context: contextOf(question, fieldGroup),
    entities: [
      ...agencyEntities({ ...question.recipient, id: principal.id }),
      { uid: resource, attrs: { eventType, sensitivity, protection }, parents: [] },
    ],
  }
}

function contextOf(question: DeliveryQuestion, fieldGroup: FieldGroup): Record<string, CedarValueJson> {
  const { agreement } = question
  return {
    now: whole(question.nowMs),
    fieldGroup,
    basis: basisOf(question.basis),
    agreementBased: question.isAgreementBased,
    objections: [...question.objections],
    ...optional(
      'agreement',
      agreement && {
        inForce: agreement.inForce,
        fieldGroups: [...agreement.fieldGroups],
        ...instant('validUntil', agreement.validUntilMs),
      },
    ),
    involved: involvedOf(question.involvements, question.nowMs),
    addressed: question.addressed,
    capacity: question.capacity ?? 'none',
    requested: question.requested,
    excluded: question.excluded,
    declined: question.declined ?? false,
    identifierWithheld: question.identifierWithheld ?? false,
    posterProfile: question.posterProfile ?? 'minimal',
  }
}

function basisOf(basis: DeliveryBasis): CedarValueJson {
  return {
    purpose: basis.purpose,
    gateways: [...basis.gateways],
    article6: basis.article6,
    detriment: basis.detriment,
    serviceAgreement: basis.serviceAgreement ?? 'not-asked',
    dataProtectionConsent: basis.dataProtectionConsent ?? 'not-relied-on',
    withdrawn: basis.isWithdrawn ?? false,
    ...instant('validFrom', basis.validFromMs),
    ...instant('validUntil', basis.validUntilMs),
  }
}

/** Two questions with one digest have one answer: every instant counts only by how it lies to now. */
function digestOf(question: DeliveryQuestion): string {
  const { basis, recipient, agreement, nowMs } = question
  const inputs = [
    [recipient.kind, [...recipient.services].sort(), recipient.status, recipient.role],
    [question.eventType, question.sensitivity, question.isAgreementBased, question.posterProfile],
    [basis.purpose, [...basis.gateways].sort(), basis.article6, basis.detriment, basis.serviceAgreement],
    [
      basis.dataProtectionConsent,
      basis.isWithdrawn,
      whenOf({ sinceMs: basis.validFromMs, untilMs: basis.validUntilMs }, nowMs),
    ],
    [...new Set(question.objections)].sort(),
    agreement && [
      agreement.inForce,
      [...agreement.fieldGroups].sort(),
      whenOf({ untilMs: agreement.validUntilMs }, nowMs),
    ],
    [...widestOfEach(question.involvements, nowMs).values()]
      .map((span) => `${span.kind} ${whenOf(span, nowMs)}`)
      .sort(),
    [question.addressed, question.capacity, question.requested, question.excluded, question.declined],
    [question.identifierWithheld, question.protection, question.provisional, question.reviewed],
  ]
  return hash('sha256', JSON.stringify(inputs), 'base64')
}
