import { createHash } from 'node:crypto'
import { getCedarSDKVersion } from '@cedar-policy/cedar-wasm/nodejs'
import type { PolicyJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { DismantledPermit } from './clauses.js'
import type { PolicyFile } from './policy-text.js'

/** What Cedar made of a policy set: plain JSON, checked against the schema. */
export interface ReadPolicySet {
  /** Of which sources, and by which Cedar: see {@link digestOfSources}. */
  readonly sources: string
  /** SHA-256, hex, over the canonical schema and every policy's id and text. */
  readonly hash: string
  readonly policies: readonly { readonly id: string; readonly json: PolicyJson }[]
  readonly permits: readonly DismantledPermit[]
}

/** SHA-256, hex, over every byte of the sources, in the order of their files' names, and the version of Cedar. */
export function digestOfSources(sources: {
  readonly schema: string
  readonly policies: readonly PolicyFile[]
}): string {
  const hash = createHash('sha256').update(`${getCedarSDKVersion()}\0${sources.schema}\0`)
  const ordered = [...sources.policies].sort((a, b) => (a.file < b.file ? -1 : 1))
  for (const { file, text } of ordered) hash.update(`${file}\0${text}\0`)
  return hash.digest('hex')
}

/** As `waymark generate` writes it: a line for each policy and each permit, so that a change shows what it changes. */
export function textOfReadPolicySet({ sources, hash, policies, permits }: ReadPolicySet): string {
  const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(',\n')
  const head = `"sources": ${JSON.stringify(sources)},\n"hash": ${JSON.stringify(hash)}`
  return `{\n${head},\n"policies": [\n${lines(policies)}\n],\n"permits": [\n${lines(permits)}\n]\n}\n`
}
