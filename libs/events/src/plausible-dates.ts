import type { ChildReference } from './child-reference.js'
import type { PostedEvent } from './envelope.js'
import type { EventTypeInfo } from './event-type.js'
import { faultAt, type Fault } from './fault.js'

const dayMs = 86_400_000
/** Systems that must hold a date put these where there is none; they are missing, not wrong. */
const placeholders = ['1900-01-01', '1970-01-01']
const oldestYears = 26

/**
 * Names dates that cannot be: something that happened after tomorrow, a birth date that is no child's, or a day to look
 * again that was over when the event was recorded. The last rests on the event alone: sent again, it is answered as before.
 *
 * @param now - the time the event came in
 */
export function implausibleDates(event: PostedEvent, info: EventTypeInfo, now: Date): readonly Fault[] {
  const dayAfterTomorrow = new Date(Math.floor(now.getTime() / dayMs) * dayMs + 2 * dayMs)
  const happened = [...info.fields].filter(([, { format, announces }]) => isDate(format) && !announces)
  const late = happened
    .filter(([name]) => isOnOrAfter(event.data.body[name], dayAfterTomorrow))
    .map(([name]) => faultAt(['data', 'body', name], 'DATE_IMPLAUSIBLE'))
  return [...late, ...implausibleBirth(event.data.child, now, dayAfterTomorrow), ...pastReview(event)]
}

function pastReview({ time, data }: PostedEvent): readonly Fault[] {
  const { reviewOn } = data.sharingBasis.familyInformed ?? {}
  const isPast = reviewOn !== undefined && reviewOn < new Date(time).toISOString().slice(0, 10)
  return isPast ? [faultAt(['data', 'sharingBasis', 'familyInformed', 'reviewOn'], 'DATE_IMPLAUSIBLE')] : []
}

function isDate(format: string | undefined): boolean {
  return format === 'date' || format === 'date-time'
}

function isOnOrAfter(value: unknown, limit: Date): boolean {
  return typeof value === 'string' && new Date(value) >= limit
}

function implausibleBirth(child: ChildReference, now: Date, dayAfterTomorrow: Date): readonly Fault[] {
  const path = child.withheld ? ['withheld', 'demographics'] : ['demographics']
  const born = (child.withheld ?? child).demographics?.bornOn
  if (born === undefined || placeholders.includes(born)) return []
  const oldest = `${now.getUTCFullYear() - oldestYears}${now.toISOString().slice(4, 10)}`
  const isChilds = born >= oldest && !isOnOrAfter(born, dayAfterTomorrow)
  return isChilds ? [] : [faultAt(['data', 'child', ...path, 'bornOn'], 'DATE_IMPLAUSIBLE')]
}
