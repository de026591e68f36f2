import {
  decideAccess,
  type AccessDecision,
  type FieldGroup,
  type InvolvementSpan,
  type Permit,
  type PolicySet,
} from '#libs/policy'
import type { Caller, Standing } from '#libs/security'
import type { ChildFacts, FoundChild } from './child.repository.js'

/** What can be read of a child here. */
export type ReadAction = 'readChild' | 'readFlags' | 'readInvolvements' | 'readHandovers'

/** One caller's question about one child: everything that decides, whether or not there is such a child. */
export interface ChildQuestion {
  readonly caller: Caller
  readonly standing: Standing
  readonly child: FoundChild
  readonly facts: ChildFacts
  readonly involvements: readonly InvolvementSpan[]
  /** What is known of the child may be old: it is parked, or the projection is behind. */
  readonly isBehind: boolean
}

/** A child to be read about, and the right to: without a decision no repository answers. */
export interface Permitted<A extends ReadAction> {
  readonly childId: string
  readonly permit: Permit<A>
}

/** Whether this caller may read this of the child. A question about nobody is decided like any other. */
export function decideRead<A extends ReadAction>(
  policies: PolicySet,
  action: A,
  question: ChildQuestion,
  fieldGroup: FieldGroup = 'core',
): AccessDecision<A> {
  const { standing, child, facts, involvements } = question
  return decideAccess(policies, {
    ...standing,
    action,
    ...(child.isKnown && { child: { protection: facts.protection } }),
    involvements,
    party: facts.isParty,
    fieldGroup,
  })
}
