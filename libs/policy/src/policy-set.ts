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
import type { Clause } from './clauses.js'
import { PolicyFault, readPolicies } from './policy-text.js'
import type { PolicyFile, ReadPolicy } from './policy-text.js'
import { digestOfSources, type ReadPolicySet } from './read-policy-set.js'

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

/** The sets that Cedar holds: every rule; those that send nothing to a person; and each clause of a permit as a rule. */
type Part = 'all' | 'unreviewed' | 'clauses'

/** A policy set, parsed once; made by {@link loadPolicies} only. */
export class PolicySet {
  /** SHA-256, hex, over the canonical schema and every policy's id and text: `policyVersion` of each decision. */
  readonly hash: string
  private readonly order: ReadonlyMap<string, number>
  private readonly annotations: ReadonlyMap<string, Readonly<Record<string, string>>>
  private readonly prepared = new Set<Part>()

  constructor(private readonly read: ReadPolicySet) {
    this.hash = read.hash
    this.order = new Map(read.policies.map(({ id }, index) => [id, index]))
    this.annotations = new Map(read.policies.map(({ id, json }) => [id, json.annotations ?? {}]))
    this.prepare('all')
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
    const { decision, diagnostics } = this.call(question, rules)
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
    const { diagnostics } = this.call(question, 'clauses')
    const held = new Set(diagnostics.reason)
    const missing = new Set(diagnostics.errors.map((e) => e.policyId))
    const about = (clause: Clause): string => `${clause.text} is ${missing.has(clause.id) ? 'missing' : 'false'}`
    const falseOnes = (failed: readonly Clause[]): number => failed.filter(({ id }) => !missing.has(id)).length
    const candidates = this.read.permits
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

  private call(question: CedarQuestion, part: Part) {
    if (!this.prepared.has(part)) this.prepare(part)
    const answer = statefulIsAuthorized({
      principal: question.principal,
      action: { type: 'Waymark::Action', id: question.action },
      resource: question.resource,
      context: question.context,
      entities: question.entities,
      preparsedSchemaName: this.hash,
      preparsedPolicySetId: `${this.hash}:${part}`,
      validateRequest: true,
    })
    if (answer.type === 'failure') throw new PolicyFault(answer.errors.map((e) => e.message).join('; '))
    return answer.response
  }

  /** Parsing takes a tenth of a second, and the second and third set are seldom asked: each when it is first wanted. */
  private prepare(part: Part): void {
    const staticPolicies = byId(this.rulesOf(part))
    require(preparsePolicySet(`${this.hash}:${part}`, { staticPolicies }))
    this.prepared.add(part)
  }

  private rulesOf(part: Part): readonly { readonly id: string; readonly json: PolicyJson }[] {
    const { policies, permits } = this.read
    if (part === 'all') return policies
    if (part === 'unreviewed') return policies.filter(({ json }) => json.annotations?.['outcome'] !== 'review')
    return permits.flatMap(({ clauses }) => clauses).map(({ id, alone }) => ({ id, json: alone }))
  }
}

/** A permit for this principal's kind or role explains better than one for anybody, and that better than another's. */
function distance(clauses: readonly Clause[], held: ReadonlySet<string>): number {
  const principal = clauses.find(({ part }) => part === 'principal')
  if (principal === undefined) return 1
  return held.has(principal.id) ? 0 : 2
}

/** The text of `schemas/policy/schema.cedarschema`, and of each `*.cedar` file beside it. */
export interface PolicySources {
  readonly schema: string
  readonly policies: readonly PolicyFile[]
  /** What {@link readPolicySet} made of them before; of other texts, or by another Cedar, it counts for nothing. */
  readonly read?: ReadPolicySet
}

/**
 * Reads, checks and parses a policy set, once for the life of the program.
 *
 * @throws PolicyFault if a text does not parse or does not validate against the schema, an `@id` is missing or
 *   repeated, or an obligation is unknown; a program with such a set must not start
 */
export function loadPolicies(sources: PolicySources): PolicySet {
  const { read: before } = sources
  const read = before?.sources === digestOfSources(sources) ? before : readPolicySet(sources)
  require(preparseSchema(read.hash, sources.schema))
  return new PolicySet(read)
}

/**
 * All that Cedar says of a policy set before the first question: two seconds of work, the same each time, so
 * `waymark generate` keeps it beside the sources.
 *
 * @throws PolicyFault as {@link loadPolicies}
 */
export function readPolicySet(sources: PolicySources): ReadPolicySet {
  const policies = readPolicies(sources.policies)
  const schema = schemaToJson(sources.schema)
  if (schema.type === 'failure') throw new PolicyFault(schema.errors.map((e) => e.message).join('; '))
  check(sources.schema, policies)
  const canonical = canonicalJson({ schema: schema.json, policies: policies.map(({ id, text }) => ({ id, text })) })
  return {
    sources: digestOfSources(sources),
    hash: createHash('sha256').update(canonical).digest('hex'),
    policies: policies.map(({ id, json }) => ({ id, json })),
    permits: dismantled(policies),
  }
}

function check(schema: string, policies: readonly ReadPolicy[]): void {
  const answer = validate({ schema, policies: { staticPolicies: byId(policies) } })
  if (answer.type === 'failure') throw new PolicyFault(answer.errors.map((e) => e.message).join('; '))
  const faults = [...answer.validationErrors, ...answer.validationWarnings]
  if (faults.length > 0) throw new PolicyFault(faults.map((f) => `${f.policyId}: ${f.error.message}`).join('; '))
}

function require(answer: { type: 'success' } | { type: 'failure'; errors: { message: string }[] }): void {
  if (answer.type === 'failure') throw new PolicyFault(answer.errors.map((e) => e.message).join('; '))
}

function byId(policies: readonly { readonly id: string; readonly json: PolicyJson }[]): Record<string, PolicyJson> {
  return Object.fromEntries(policies.map(({ id, json }) => [id, json]))
}
