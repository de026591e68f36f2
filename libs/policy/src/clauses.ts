import type { Expr, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { textOf } from './policy-text.js'
import type { ReadPolicy } from './policy-text.js'

/** One part of a permit that must hold for it to permit. */
export interface Clause {
  /** Unique: the permit's id, `#`, a number. */
  readonly id: string
  readonly part: 'principal' | 'action' | 'resource' | 'condition'
  /** As a reader of decisions sees it. */
  readonly text: string
  /** A permit that says this clause alone. */
  readonly alone: PolicyJson
}

/** A permit, and all that must hold for it to permit. */
export interface DismantledPermit {
  readonly ruleId: string
  readonly clauses: readonly Clause[]
}

const anyone: PolicyJson = {
  effect: 'permit',
  principal: { op: 'All' },
  action: { op: 'All' },
  resource: { op: 'All' },
  conditions: [],
}

/**
 * Takes permits apart: one clause for each part of the scope, each `&&` part of each `when`, and each `unless`.
 * Cedar names no policy on a default deny; asked about these one by one, it says which held.
 */
export function dismantled(policies: readonly ReadPolicy[]): readonly DismantledPermit[] {
  return policies
    .filter(({ json }) => json.effect === 'permit')
    .map((policy) => ({ ruleId: policy.id, clauses: clausesOf(policy) }))
}

function clausesOf({ id, json }: ReadPolicy): readonly Clause[] {
  const scope = (['principal', 'action', 'resource'] as const)
    .filter((part) => json[part].op !== 'All')
    .map((part) => ({ part, alone: { ...anyone, [part]: json[part] } }))
  const conditions = json.conditions.flatMap(({ kind, body }) =>
    (kind === 'when' ? conjuncts(body) : [body]).map((expression) => ({
      part: 'condition' as const,
      alone: { ...anyone, conditions: [{ kind, body: expression }] },
    })),
  )
  return [...scope, ...conditions].map(({ part, alone }, index) => ({
    id: `${id}#${index}`,
    part,
    text: shown(alone),
    alone,
  }))
}

function conjuncts(body: Expr): readonly Expr[] {
  const both = '&&' in body ? (body['&&'] as { left: Expr; right: Expr }) : undefined
  return both === undefined ? [body] : [...conjuncts(both.left), ...conjuncts(both.right)]
}

function shown(alone: PolicyJson): string {
  const text = textOf(alone).replaceAll(/\s+/g, ' ')
  const condition = /\) (when|unless) \{ ?(.*?) ?\};$/.exec(text)
  if (condition) return `${condition[1] === 'unless' ? 'unless ' : ''}${condition[2] ?? ''}`
  return /(?:principal|action|resource) (?:==|in) (?:\[[^\]]*\]|[^,)]+)/.exec(text)?.[0] ?? text
}
