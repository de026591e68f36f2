import { policySetTextToParts, policyToJson, policyToText } from '@cedar-policy/cedar-wasm/nodejs'
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'

/** A file of policies, as it stands in `schemas/policy`. */
export interface PolicyFile {
  readonly file: string
  readonly text: string
}

/** One policy, known by its `@id`. */
export interface ReadPolicy {
  readonly id: string
  readonly json: PolicyJson
  /** Cedar's own form of it: comments and layout gone, so that they do not change the hash. */
  readonly text: string
}

/** The policies do not stand as they must; the program does not start. */
export class PolicyFault extends Error {}

/** Whom a rule may be explained to; nobody else but auditors and data protection officers, where it names nobody. */
const knownExplanations = new Set(['caller'])

/** The obligations that programs know how to keep; a policy that asks for another stops the boot. */
const knownObligations = new Set(['digest-lead-professional'])

/**
 * Reads every policy of the files, in the order of file names and of their places in them.
 *
 * @throws PolicyFault if a text does not parse, an `@id` is missing or used twice, or an obligation or an explanation is unknown
 */
export function readPolicies(files: readonly PolicyFile[]): readonly ReadPolicy[] {
  const ordered = [...files].sort((a, b) => (a.file < b.file ? -1 : 1))
  const policies = ordered.flatMap(({ file, text }) => partsOf(file, text).map((part) => readPolicy(file, part)))
  const seen = new Set<string>()
  for (const { id } of policies) {
    if (seen.has(id)) throw new PolicyFault(`two policies have the id ${id}`)
    seen.add(id)
  }
  return policies
}

function partsOf(file: string, text: string): readonly string[] {
  const parts = policySetTextToParts(text)
  if (parts.type === 'failure') throw new PolicyFault(`${file}: ${parts.errors.map((e) => e.message).join('; ')}`)
  if (parts.policy_templates.length > 0) throw new PolicyFault(`${file}: templates are not used here`)
  return inOrder(text, parts.policies)
}

/** Cedar gives the parts sorted by ids of its own; the order of the file is the order of precedence. */
function inOrder(text: string, parts: readonly string[]): readonly string[] {
  return [...parts].sort((a, b) => text.indexOf(a) - text.indexOf(b))
}

function readPolicy(file: string, text: string): ReadPolicy {
  const answer = policyToJson(text)
  if (answer.type === 'failure') throw new PolicyFault(`${file}: ${answer.errors.map((e) => e.message).join('; ')}`)
  const id = answer.json.annotations?.['id']
  if (id === undefined || id === '') throw new PolicyFault(`${file}: a policy has no @id`)
  refuseUnknown(id, answer.json.annotations ?? {})
  return { id, json: answer.json, text: textOf(answer.json) }
}

/** @throws PolicyFault over what a policy asks for and no program knows */
function refuseUnknown(id: string, { obligation, explain }: Readonly<Record<string, string>>): void {
  if (obligation !== undefined && !knownObligations.has(obligation))
    throw new PolicyFault(`${id}: nothing keeps the obligation ${obligation}`)
  if (explain !== undefined && !knownExplanations.has(explain))
    throw new PolicyFault(`${id}: nobody is called ${explain} to whom it could be explained`)
}

/** Cedar's text of a policy given as JSON. */
export function textOf(json: PolicyJson): string {
  const answer = policyToText(json)
  if (answer.type === 'failure') throw new PolicyFault(answer.errors.map((e) => e.message).join('; '))
  return answer.text
}
