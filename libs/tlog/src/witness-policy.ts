import { cosignedAt } from './cosignature.js'
import { readVerifier, type NoteVerifier, type SignedNote } from './note.js'

/** Which logs are trusted, and whose cosignatures a checkpoint needs. @see C2SP tlog-policy */
export interface WitnessPolicy {
  readonly logs: readonly NoteVerifier[]
  readonly witnesses: ReadonlyMap<string, NoteVerifier & { readonly url?: string }>
  readonly groups: ReadonlyMap<string, { readonly threshold: number; readonly members: readonly string[] }>
  /** A witness, a group, or `none`. */
  readonly quorum: string
}

/** Thrown for a policy that cannot be read; `line` counts from 1. */
export class WitnessPolicyError extends Error {
  readonly code = 'WITNESS_POLICY_INVALID'
  constructor(
    readonly line: number,
    reason: string,
  ) {
    super(`Line ${line} of the witness policy: ${reason}`)
  }
}

interface Draft {
  readonly logs: NoteVerifier[]
  readonly witnesses: Map<string, NoteVerifier & { readonly url?: string }>
  readonly groups: Map<string, { threshold: number; members: readonly string[] }>
  readonly used: Set<string>
  quorum?: string
}

type Fault = string | undefined

// eslint-disable-next-line no-control-regex -- that is what it looks for; a tab separates words
const controlCharacter = /[\0-\x08\x0a-\x1f\x7f]/

/**
 * Reads a policy file.
 *
 * @throws WitnessPolicyError for an unknown line, a name used twice or not defined, a key used twice under whatever name, a
 *   threshold out of range, a control character, no quorum
 */
export function parseWitnessPolicy(text: string): WitnessPolicy {
  const draft: Draft = { logs: [], witnesses: new Map(), groups: new Map(), used: new Set() }
  const lines = text.split('\n')
  lines.forEach((line, at) => {
    if (controlCharacter.test(line)) throw new WitnessPolicyError(at + 1, 'a control character')
    const words = line.split(/[ \t]+/).filter((word) => word !== '')
    if (words.length === 0 || words[0]?.startsWith('#')) return
    const fault = readLine(draft, words)
    if (fault !== undefined) throw new WitnessPolicyError(at + 1, fault)
  })
  const { quorum } = draft
  if (quorum === undefined) throw new WitnessPolicyError(lines.length, 'no quorum')
  return { logs: draft.logs, witnesses: draft.witnesses, groups: draft.groups, quorum }
}

const readers: Readonly<Record<string, (draft: Draft, words: readonly string[]) => Fault>> = {
  log: readLog,
  witness: readWitness,
  group: readGroup,
  quorum: readQuorum,
}

function readLine(draft: Draft, [kind = '', ...words]: readonly string[]): Fault {
  const read = Object.hasOwn(readers, kind) ? readers[kind] : undefined
  return read === undefined ? 'neither log, witness, group nor quorum' : read(draft, words)
}

function readLog(draft: Draft, [key]: readonly string[]): Fault {
  const verifier = keyOf(key)
  if (verifier?.type !== 'log') return 'not the key of a log'
  if (isAmong(draft.logs, verifier)) return 'a key is used twice'
  draft.logs.push(verifier)
  return undefined
}

function readWitness(draft: Draft, [name = '', key, url]: readonly string[]): Fault {
  const verifier = keyOf(key)
  if (verifier?.type !== 'witness') return 'not the key of a witness'
  if (isTaken(draft, name)) return 'a name is defined twice'
  if (isAmong([...draft.witnesses.values()], verifier)) return 'a key is used twice'
  draft.witnesses.set(name, { ...verifier, ...(url !== undefined && { url }) })
  return undefined
}

function readGroup(draft: Draft, [name = '', rule = '', ...members]: readonly string[]): Fault {
  const threshold = thresholdOf(rule, members.length)
  if (threshold === undefined) return 'the threshold is out of range'
  if (isTaken(draft, name)) return 'a name is defined twice'
  for (const member of members) {
    if (!isDefined(draft, member) || draft.used.has(member)) return 'a member is not defined, or used already'
    draft.used.add(member)
  }
  draft.groups.set(name, { threshold, members })
  return undefined
}

function thresholdOf(rule: string, members: number): number | undefined {
  const numbers: Readonly<Record<string, number>> = { all: members, any: 1 }
  const threshold = numbers[rule] ?? (/^[1-9]\d*$/.test(rule) ? Number(rule) : 0)
  return threshold >= 1 && threshold <= members ? threshold : undefined
}

function readQuorum(draft: Draft, [name = '']: readonly string[]): Fault {
  if (draft.quorum !== undefined) return 'a second quorum'
  if (name !== 'none' && !isDefined(draft, name)) return 'the quorum is not defined'
  draft.quorum = name
  return undefined
}

/** One witness of two names would be two of a quorum. */
function isAmong(keys: readonly NoteVerifier[], { publicKey }: NoteVerifier): boolean {
  return keys.some((key) => key.publicKey.equals(publicKey))
}

function isDefined(draft: Draft, name: string): boolean {
  return draft.witnesses.has(name) || draft.groups.has(name)
}

function isTaken(draft: Draft, name: string): boolean {
  return name === 'none' || isDefined(draft, name)
}

function keyOf(text: string | undefined): NoteVerifier | undefined {
  try {
    return text === undefined ? undefined : readVerifier(text)
  } catch {
    return undefined
  }
}

/** The witnesses of the policy that cosigned, and whether they make the quorum. */
export function quorumOf(
  note: SignedNote,
  policy: WitnessPolicy,
): { readonly met: boolean; readonly witnesses: readonly string[] } {
  const seen = [...policy.witnesses].filter(([, key]) => cosignedAt(note, key) !== undefined).map(([name]) => name)
  const witnessed = (name: string): boolean => {
    const group = policy.groups.get(name)
    if (group === undefined) return seen.includes(name)
    return group.members.filter(witnessed).length >= group.threshold
  }
  return { met: policy.quorum === 'none' || witnessed(policy.quorum), witnesses: seen }
}
