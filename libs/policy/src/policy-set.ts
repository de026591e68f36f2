import { createHash } from 'node:crypto'
import {
  preparsePolicySet,
  preparseSchema,
  schemaToJson,
  statefulIsAuthorized,
  validate,
} from '@cedar-policy/cedar-wasm/nodejs'
import type { CedarValueJson, EntityJson, PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import { canonicalJson } from '#libs/tlog'
import { dismantled } from './clauses.js'
import type { Clause, DismantledPermit } from './clauses.js'
import { PolicyFault, readPolicies } from './policy-text.js'
import type { PolicyFile, ReadPolicy } from './policy-text.js'

/** A question in Cedar's words. */
export interface CedarQuestion {
  readonly principal: { readonly type: string; readonly id: string }
  readonly action: string
  readonly resource: { readonly type: string; readonly id: string }
  readonly context: Record<string, CedarValueJson>
  readonly entities: EntityJson[]
}

/** Cedar's answer; `rules` are the ids that determined it, in the order of precedence, none on a default deny. */
export interface CedarAnswer {
  readonly allowed: boolean
  readonly rules: readonly string[]
}

/** The permit that came nearest, and which of its clauses failed. */
export interface NearMiss {
  readonly ruleId: string
  readonly failed: readonly string[]
}

/** A policy set, parsed once; made by {@link loadPolicies} only. */
export class PolicySet {
  private readonly order: ReadonlyMap<string, number>
  private readonly annotations: ReadonlyMap<string, Readonly<Record<string, string>>>

  constructor(
    /** SHA-256, hex, over the canonical schema and every policy's id and text: `policyVersion` of each decision. */
    readonly hash: string,
    policies: readonly ReadPolicy[],
    private readonly permits: readonly DismantledPermit[],
  ) {
    this.order = new Map(policies.map(({ id }, index) => [id, index]))
    this.annotations = new Map(policies.map(({ id, json }) => [id, json.annotations ?? {}]))
  }

  /** Every rule's id, in the order of precedence. */
  get ruleIds(): readonly string[] {
    return [...this.order.keys()]
  }

  annotation(ruleId: string, name: string): string | undefined {
    return this.annotations.get(ruleId)?.[name]
  }

  /** Whether the rules allow it; `unreviewed` leaves out those that send a decision to a person. */
  ask(question: CedarQuestion, rules: 'all' | 'unreviewed' = 'all'): CedarAnswer {
    const { decision, diagnostics } = this.call(question, rules === 'all' ? this.hash : `${this.hash}:unreviewed`)
    if (diagnostics.errors.length > 0) {
      throw new PolicyFault(diagnostics.errors.map((e) => `${e.policyId}: ${e.error.message}`).join('; '))
    }
    const placed = (id: string): number => this.order.get(id) ?? Number.MAX_SAFE_INTEGER
    return {
      allowed: decision === 'allow',
      rules: [...diagnostics.reason].sort((a, b) => placed(a) - placed(b)),
    }
  }

  /** After a default deny: the permit for this action with the fewest false clauses, one for this principal if any is. */
  explain(question: CedarQuestion): NearMiss {
    const { diagnostics } = this.call(question, `${this.hash}:explain`)
    const held = new Set(diagnostics.reason)
    const missing = new Set(diagnostics.errors.map((e) => e.policyId))
    const about = (clause: Clause): string => `${clause.text} is ${missing.has(clause.id) ? 'missing' : 'false'}`
    const falseOnes = (failed: readonly Clause[]): number => failed.filter(({ id }) => !missing.has(id)).length
    const candidates = this.permits
      .map(({ ruleId, clauses }) => ({
        ruleId,
        distance: distance(clauses, held),
        failed: clauses.filter(({ id }) => !held.has(id)),
      }))
      .filter(({ failed }) => !failed.some(({ part }) => part === 'action'))
      .sort((a, b) => a.distance - b.distance || falseOnes(a.failed) - falseOnes(b.failed))
    const [nearest] = candidates
    return { ruleId: nearest?.ruleId ?? 'default-deny', failed: nearest?.failed.map(about) ?? [] }
  }

  private call(question: CedarQuestion, preparsedPolicySetId: string) {
    const answer = statefulIsAuthorized({
      principal: question.principal,
      action: { type: 'Waymark::Action', id: question.action },
      resource: question.resource,
      context: question.context,
      entities: question.entities,
      preparsedSchemaName: this.hash,
      preparsedPolicySetId,
      validateRequest: true,
    })
    if (answer.type === 'failure') throw new PolicyFault(answer.errors.map((e) => e.message).join('; '))
    return answer.response
  }
}

/** A permit for this principal's kind or role explains better than one for anybody, and that better than another's. */
function distance(clauses: readonly Clause[], held: ReadonlySet<string>): number {
  const principal = clauses.find(({ part }) => part === 'principal')
  if (principal === undefined) return 1
  return held.has(principal.id) ? 0 : 2
}

/**
 * Reads, checks and parses a policy set, once for the life of the program.
 *
 * @param sources - the text of `schemas/policy/schema.cedarschema`, and each `*.cedar` file beside it
 * @throws PolicyFault if a text does not parse or does not validate against the schema, an `@id` is missing or
 *   repeated, or an obligation is unknown; a program with such a set must not start
 */
export function loadPolicies(sources: {
  readonly schema: string
  readonly policies: readonly PolicyFile[]
}): PolicySet {
  const policies = readPolicies(sources.policies)
  const schema = schemaToJson(sources.schema)
  if (schema.type === 'failure') throw new PolicyFault(schema.errors.map((e) => e.message).join('; '))
  check(sources.schema, policies)
  const canonical = canonicalJson({
    schema: schema.json,
    policies: policies.map(({ id, text }) => ({ id, text })),
  })
  const hash = createHash('sha256').update(canonical).digest('hex')
  const permits = dismantled(policies)
  require(preparseSchema(hash, sources.schema))
  prepare(hash, policies)
  prepare(
    `${hash}:unreviewed`,
    policies.filter(({ json }) => json.annotations?.['outcome'] !== 'review'),
  )
  prepare(
    `${hash}:explain`,
    permits.flatMap(({ clauses }) => clauses).map(({ id, alone }) => ({ id, json: alone })),
  )
  return new PolicySet(hash, policies, permits)
}

function check(schema: string, policies: readonly ReadPolicy[]): void {
  const answer = validate({ schema, policies: { staticPolicies: byId(policies) } })
  if (answer.type === 'failure') throw new PolicyFault(answer.errors.map((e) => e.message).join('; '))
  const faults = [...answer.validationErrors, ...answer.validationWarnings]
  if (faults.length > 0) throw new PolicyFault(faults.map((f) => `${f.policyId}: ${f.error.message}`).join('; '))
}

function prepare(name: string, policies: readonly { id: string; json: PolicyJson }[]): void {
  require(preparsePolicySet(name, { staticPolicies: byId(policies) }))
}

function require(answer: { type: 'success' } | { type: 'failure'; errors: { message: string }[] }): void {
  if (answer.type === 'failure') throw new PolicyFault(answer.errors.map((e) => e.message).join('; '))
}

function byId(policies: readonly { id: string; json: PolicyJson }[]): Record<string, PolicyJson> {
  return Object.fromEntries(policies.map(({ id, json }) => [id, json]))
}
