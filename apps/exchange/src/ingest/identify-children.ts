import type { ChildReference } from '#libs/events'
import { isProblemCode, type ProblemCode } from '#libs/service'
import type { AwaitingSources } from './awaiting-sources.js'
import type { Identified, Posting } from './posting.js'
import type { ChildResolver, Resolution, ResolutionItem } from './resolution.client.js'

/**
 * What may be looked for: a child named, or described; `undefined` where the sender withheld the identifier for a reason
 * that forbids matching, or gave nothing to match by.
 */
export function searchableChild(child: ChildReference): ChildReference | undefined {
  if (!child.withheld) return child
  const { reason, demographics } = child.withheld
  if (reason !== 'UNKNOWN_WOULD_DELAY' || !demographics) return undefined
  return { ...(child.recordId !== undefined && { recordId: child.recordId }), demographics }
}

/** Finds out who the events of a group are about, with one question to `identity`. */
export class IdentifyChildren {
  constructor(
    private readonly resolver: ChildResolver,
    private readonly awaiting: AwaitingSources,
  ) {}

  /** One answer a posting, in order. A posting that is going to wait is announced to the awaiting sources. */
  async identify(postings: readonly Posting[]): Promise<readonly Identified[]> {
    const known = postings.map((posting) => this.withoutAsking(posting))
    const asked = postings.flatMap((posting, n) => (known[n] ? [] : [itemOf(posting, n)]))
    const answers = asked.length > 0 ? await this.resolver.resolve(asked) : []
    const byKey = new Map(asked.map(({ key }, n) => [key, answers?.[n]]))
    return postings.map((posting, n) => {
      const identified = known[n] ?? identifiedBy(byKey.get(String(n)))
      if (identified.state === 'awaiting-identity') this.awaiting.begin(posting.caller.agencyId)
      return identified
    })
  }

  private withoutAsking({ caller, event, heldUntil, reference }: Posting): Identified | undefined {
    if (heldUntil ?? reference?.behind) return { state: 'held' }
    if (reference) return { state: 'accepted', child: reference.child, stream: reference.stream }
    if (!searchableChild(event.data.child)) return { state: 'accepted', child: undefined, stream: undefined }
    return this.awaiting.has(caller.agencyId) ? { state: 'awaiting-identity' } : undefined
  }
}

function itemOf({ caller, event }: Posting, n: number): ResolutionItem {
  return {
    key: String(n),
    agencyId: caller.agencyId,
    agencyKind: caller.agencyKind,
    child: searchableChild(event.data.child) ?? event.data.child,
    recordedAt: event.time,
    purpose: event.data.sharingBasis.purpose,
  }
}

function identifiedBy(resolution: Resolution | undefined): Identified {
  if (!resolution) return { state: 'awaiting-identity' }
  if (resolution.outcome === 'resolved') {
    return { state: 'accepted', child: resolution.child, stream: resolution.child.childId }
  }
  return { state: 'refused', refusal: refusalFrom(resolution.code, resolution.pointer) }
}

const childPointer = '#/data/child'

/** A field's own code stands beside the field; what crosses the door is a code of the catalogue. */
function refusalFrom(
  code: string,
  pointer: string,
): { code: ProblemCode; errors: { pointer: string; code: string }[] } {
  const place = pointer.startsWith(childPointer) ? pointer : `${childPointer}${pointer.replace(/^#/, '')}`
  return { code: isProblemCode(code) ? code : 'SCHEMA_INVALID', errors: [{ pointer: place, code }] }
}
