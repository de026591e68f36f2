import type { AgreementInForce } from '../agency/agreement.repository.js'

/** What a token is asked for, and what it will carry: one agreement, and a part of what it allows. */
export interface WaymarkDetail {
  readonly type: 'waymark'
  readonly agreement: string
  readonly purposes: readonly string[]
  readonly actions: readonly string[]
}

/** The detail as it will stand in the token, or what is wrong with it in words fit for its client. */
export type ReadDetail =
  { readonly ok: true; readonly detail: WaymarkDetail } | { readonly ok: false; readonly fault: string }

const members = new Set(['type', 'agreement', 'purposes', 'actions'])

function isNonEmptySet(value: unknown): value is readonly string[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > 64) return false
  return value.every((item) => typeof item === 'string' && item !== '') && new Set(value).size === value.length
}

/**
 * Reads the parameter `authorization_details`.
 *
 * @param parameter - as sent: the JSON text of a list
 */
export function readDetail(parameter: unknown): ReadDetail {
  if (typeof parameter !== 'string') return { ok: false, fault: 'authorization_details is required' }
  const entry = onlyEntry(parameter)
  if (!entry) return { ok: false, fault: 'authorization_details must be a list of one entry' }
  const fault = faultOfEntry(entry)
  return fault === undefined ? { ok: true, detail: entry as unknown as WaymarkDetail } : { ok: false, fault }
}

function faultOfEntry(entry: Readonly<Record<string, unknown>>): string | undefined {
  if (entry['type'] !== 'waymark') return 'the entry must be of type waymark'
  if (!Object.keys(entry).every((name) => members.has(name))) return 'the entry has a member that is not known'
  if (typeof entry['agreement'] !== 'string') return 'agreement must be the id of an agreement'
  if (!isNonEmptySet(entry['purposes'])) return 'purposes must be a list of different purposes, at least one'
  return isNonEmptySet(entry['actions']) ? undefined : 'actions must be a list of different actions, at least one'
}

function onlyEntry(parameter: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(parameter)
    const entry: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined
    return typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? (entry as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** What the detail asks for beyond the agreement, in words fit for its client; `undefined` when it may have it all. */
export function excessOf(detail: WaymarkDetail, agreement: AgreementInForce | undefined): string | undefined {
  if (!agreement) return 'the agreement is not one of this client that is in force'
  if (!detail.purposes.every((purpose) => agreement.purposes.includes(purpose))) {
    return 'a purpose is not one of the agreement'
  }
  if (!detail.actions.every((action) => agreement.actions.includes(action)))
    return 'an action is not one of the agreement'
  return undefined
}
