import type { CedarValueJson, EntityJson } from '@cedar-policy/cedar-wasm/nodejs'
import type { InvolvementKind, InvolvementSpan } from './delivery-question.js'
import { widestOfEach } from './spans.js'

const attributes: Readonly<Record<InvolvementKind, string>> = {
  registered: 'registered',
  responsible: 'responsible',
  gp: 'gp',
  'health-visiting': 'healthVisiting',
  'unscheduled-care': 'unscheduledCare',
  placing: 'placing',
  receiving: 'receiving',
}

/** Involvements as policies ask about them: one span a kind. */
export function involvedOf(spans: readonly InvolvementSpan[], nowMs: number): CedarValueJson {
  const entries = [...widestOfEach(spans, nowMs)].map(([kind, { sinceMs, untilMs }]) => [
    attributes[kind],
    { since: whole(sinceMs), ...instant('until', untilMs) },
  ])
  return Object.fromEntries(entries) as CedarValueJson
}

/** Cedar knows whole numbers only; clocks give fractions of a millisecond. */
export function whole(ms: number): number {
  return Math.floor(ms)
}

/** An instant as a member, where there is one. */
export function instant(name: string, ms: number | undefined): Record<string, CedarValueJson> {
  return ms === undefined ? {} : { [name]: whole(ms) }
}

/** A member that is there only if its value is. */
export function optional(name: string, value: CedarValueJson | undefined): Record<string, CedarValueJson> {
  return value === undefined ? {} : { [name]: value }
}

/** An agency with the kind, the services and the hub role it acts under. */
export function agencyEntities(agency: {
  readonly id: string
  readonly kind: string
  readonly status: string
  readonly role?: string | undefined
  readonly services?: readonly string[] | undefined
}): EntityJson[] {
  const parents = [
    { type: 'Waymark::AgencyKind', id: agency.kind },
    ...(agency.role === undefined ? [] : [{ type: 'Waymark::Role', id: agency.role }]),
    ...(agency.services ?? []).map((id) => ({ type: 'Waymark::Service', id })),
  ]
  const groups = parents.map((uid) => ({ uid, attrs: {}, parents: [] }))
  return [{ uid: { type: 'Waymark::Agency', id: agency.id }, attrs: { status: agency.status }, parents }, ...groups]
}
