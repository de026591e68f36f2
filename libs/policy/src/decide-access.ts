import type { AccessAction, AccessQuestion } from './access-question.js'
import { agencyEntities, instant, involvedOf, optional, whole } from './involved.js'
import { Permit } from './permit.js'
import type { CedarQuestion, PolicySet } from './policy-set.js'

/** What a caller may do, or why not. */
export type AccessDecision<A extends AccessAction> =
  | {
      readonly outcome: 'PERMIT'
      readonly permit: Permit<A>
      readonly ruleId: string
      readonly reasons: readonly string[]
      /** Each must be written down in the transaction that uses the permit. */
      readonly obligations: readonly string[]
      readonly policyVersion: string
    }
  | {
      readonly outcome: 'DENY' | 'REVIEW'
      readonly ruleId: string
      /** For the access record alone; a caller learns only `told`. */
      readonly reasons: readonly string[]
      /**
       * `not-permitted`: closed to this kind of agency for every child, or about a child the caller is involved with.
       * `unknown`: answer as if there were no such child, event or agreement.
       */
      readonly told: 'not-permitted' | 'unknown'
      readonly policyVersion: string
    }

/**
 * Decides one access. A refusal costs the same questions whatever the reason, so that its time tells nothing.
 */
export function decideAccess<A extends AccessAction>(set: PolicySet, question: AccessQuestion<A>): AccessDecision<A> {
  const asked = inCedar(question, question.action)
  const answer = set.ask(asked)
  const policyVersion = set.hash
  const [ruleId] = answer.rules
  if (answer.allowed && ruleId !== undefined) {
    return {
      outcome: 'PERMIT',
      permit: new Permit(question.action, question.agency.id, ruleId, policyVersion),
      ruleId,
      reasons: [],
      obligations: annotationsOf(set, answer.rules, 'obligation'),
      policyVersion,
    }
  }
  const near = set.explain(asked)
  const isKnown = set.ask(inCedar({ ...question, fieldGroup: 'core' }, 'readChild')).allowed
  const isAloud = annotationsOf(set, answer.rules, 'told').includes('not-permitted')
  return {
    outcome: 'DENY',
    ruleId: ruleId ?? near.ruleId,
    reasons: ruleId === undefined ? ['not-entitled', ...near.failed] : annotationsOf(set, answer.rules, 'reason'),
    told: isAloud || isKnown || isNobodys(question) ? 'not-permitted' : 'unknown',
    policyVersion,
  }
}

/** What is asked is neither about a child nor anybody's thing: a plain refusal gives nothing away. */
function isNobodys({ action, owner }: AccessQuestion): boolean {
  return !action.startsWith('read') || (action === 'readAccessLog' && owner === undefined)
}

function annotationsOf(set: PolicySet, rules: readonly string[], name: string): readonly string[] {
  const values = rules.map((id) => set.annotation(id, name)).filter((value) => value !== undefined)
  return [...new Set(values)]
}

function inCedar(question: AccessQuestion, action: AccessAction): CedarQuestion {
  const principal = { type: 'Waymark::Agency', id: question.agency.id }
  const resource = { type: 'Waymark::Record', id: 'asked' }
  const owner = question.owner && { __entity: { type: 'Waymark::Agency', id: question.owner } }
  const attrs = {
    eventType: question.eventType ?? '',
    sensitivity: 'none',
    protection: question.child?.protection ?? 'none',
    ...optional('owner', owner === '' ? undefined : owner),
  }
  return {
    principal,
    action,
    resource,
    context: contextOf(question),
    entities: [...agencyEntities(question.agency), { uid: resource, attrs, parents: [] }],
  }
}

function contextOf(question: AccessQuestion): CedarQuestion['context'] {
  const { agreement, basis } = question
  const spans = [...(question.involvements ?? []), ...(question.involvement ? [question.involvement] : [])]
  return {
    now: whole(question.nowMs),
    fieldGroup: question.fieldGroup ?? 'core',
    purpose: question.purpose ?? '',
    token: [...question.actions],
    party: question.party ?? false,
    ...optional('agreement', agreement && { inForce: agreement.inForce, purposes: [...agreement.purposes] }),
    ...optional(
      'basis',
      basis && {
        gateways: [...basis.gateways],
        article6: basis.article6,
        ...instant('validFrom', basis.validFromMs),
        ...instant('validUntil', basis.validUntilMs),
      },
    ),
    involved: involvedOf(spans, question.nowMs),
  }
}
