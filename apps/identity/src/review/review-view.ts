import { addReceipt, type GraphQLContext } from '#libs/service'
import { formatUci } from '#libs/identifiers'
import type { RecordContent } from '../change/record-content.repository.js'
import { shownNames, shownText } from '../child/shown-text.js'
import type { Explanation } from '#libs/matching'
import type { Review, ReviewExplanation, ReviewKind, ReviewRecord, ReviewSide, ReviewState } from './review.type.js'
import type { OpenSide } from './review-sides.js'
import type { Worked } from './claim-review.js'
import type { ShownReview } from './show-reviews.js'

const alwaysTwo: ReadonlySet<string> = new Set(['split', 'override', 'guardian'])

/** A review as its reader is shown it. */
export function viewOf({ review, sides, isVerdictShown }: ShownReview): Review {
  const { id, kind, state, openedAt, claimedUntil, outcome } = review
  const ucis = [...new Set(sides.flatMap(({ uci }) => (uci === undefined ? [] : [formatUci(uci)])))]
  return {
    ...{ id, openedAt, ucis },
    kind: kind.toUpperCase().replace('-', '_') as ReviewKind,
    state: state.toUpperCase() as ReviewState,
    needsSecond: review.needsSecond || alwaysTwo.has(kind),
    sides: sides.map(sideOf),
    ...(claimedUntil && { claimedUntil }),
    ...(isVerdictShown && { explanation: explanationOf(review.explanation) }),
    ...(state === 'applied' && outcome && { outcome: outcome === 'same' ? 'SAME' : 'DIFFERENT' }),
  }
}

function sideOf({ uci, records }: OpenSide): ReviewSide {
  return { records: records.map(recordOf), ...(uci !== undefined && { uci: formatUci(uci) }) }
}

function recordOf({ sourceRecordId, source, recordedAt, details }: RecordContent): ReviewRecord {
  const { names = [], bornOn, sex, addresses = [], parents = [], identifiers = [] } = details
  return {
    ...{ id: sourceRecordId, source, recordedAt: new Date(recordedAt), names: shownNames(names) },
    postcodes: addresses.flatMap(({ postcode }) => (postcode === undefined ? [] : [shownText(postcode)])),
    parents: shownNames(parents).map(({ role, given, family }) => ({
      ...(role !== undefined && { use: shownText(role) }),
      ...(given !== undefined && { given }),
      ...(family !== undefined && { family }),
    })),
    identifiers: identifiers.map(({ system, value }) => ({ system, value: shownText(value) })),
    ...(bornOn !== undefined && { bornOn }),
    ...(sex !== undefined && { sex }),
  }
}

function explanationOf({ classes, why }: Explanation): ReviewExplanation {
  return {
    ...(classes && { same: classes.same, sibling: classes.sibling }),
    why: why.map(({ comparison, level, m, s }) => ({ comparison, level, same: m, sibling: s })),
  }
}

/** The review that was worked on; the receipts of it go with the answer. */
export function told({ shown, receipts }: Worked, context: GraphQLContext): Review {
  for (const receipt of receipts) addReceipt(context, receipt)
  return viewOf(shown)
}
