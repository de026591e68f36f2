import type { InvolvementKind, InvolvementSpan } from './delivery-question.js'

/** How an instant or a span lies to now. */
export type When = 'future' | 'current' | 'past'

/** A span is over from its end on, and open from its beginning on. */
export function whenOf(span: { sinceMs?: number | undefined; untilMs?: number | undefined }, nowMs: number): When {
  if (span.untilMs !== undefined && span.untilMs <= nowMs) return 'past'
  return span.sinceMs !== undefined && nowMs < span.sinceMs ? 'future' : 'current'
}

const preference: readonly When[] = ['current', 'future', 'past']

/** The one span of each kind that says most: an open one, else one to come, else one that is over. */
export function widestOfEach(
  spans: readonly InvolvementSpan[],
  nowMs: number,
): ReadonlyMap<InvolvementKind, InvolvementSpan> {
  const widest = new Map<InvolvementKind, InvolvementSpan>()
  const rank = (span: InvolvementSpan): number => preference.indexOf(whenOf(span, nowMs))
  for (const span of spans) {
    const known = widest.get(span.kind)
    if (known === undefined || rank(span) < rank(known)) widest.set(span.kind, span)
  }
  return widest
}

/** The earliest of these instants that is still to come; until then time alone changes nothing. */
export function horizon(instants: readonly (number | undefined)[], nowMs: number): number | undefined {
  const ahead = instants.filter((instant): instant is number => instant !== undefined && instant > nowMs)
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}
