import type { Figures } from '../limits/distinct-children.js'

/** An operation that an agreement in force registered. */
interface RegisteredOperation {
  readonly agreementId: string
  readonly agencyId: string
  readonly sha256: string
  readonly document: string
}

/** How many different children an agreement lets its client, and each person behind it, ask about in an hour. */
interface AgreedLimits {
  readonly agreementId: string
  readonly agencyId: string
  readonly isInForce: boolean
  readonly perClient?: number
  readonly perUser?: number
}

/** All that agreements say about what may be asked, as of one reading. */
export interface Registrations {
  readonly operations: readonly RegisteredOperation[]
  readonly limits: readonly AgreedLimits[]
  /** The active agencies with an agreement in force, by kind. */
  readonly coverage: Readonly<Record<string, readonly string[]>>
}

/** A document to run; `not-registered` where the agreement does not list it, `stale` where we cannot know. */
type Found = { readonly document: string } | 'not-registered' | 'stale'

const staleAfterMs = 60_000
const fewestChildren = 30

/**
 * What each agency's agreement lets it ask, held in memory and renewed every few seconds. Once it is a minute old nothing is
 * known any more, and nothing runs.
 */
export class KnownOperations {
  private documents: ReadonlyMap<string, string> = new Map()
  private registrations: Registrations = { operations: [], limits: [], coverage: {} }
  private readAtMs = Number.NEGATIVE_INFINITY

  constructor(private readonly nowMs: () => number) {}

  /** Takes in a new reading, made at a time before it was asked for. */
  replace(registrations: Registrations, readAtMs: number): void {
    this.registrations = registrations
    this.documents = new Map(
      registrations.operations.map((operation) => [nameOf(operation, operation.sha256), operation.document]),
    )
    this.readAtMs = readAtMs
  }

  isStale(): boolean {
    return this.nowMs() - this.readAtMs > staleAfterMs
  }

  /** The exact text behind a hash, if the caller's agreement lists it. */
  find(caller: { readonly agencyId: string; readonly agreement: string }, sha256: string): Found {
    if (this.isStale()) return 'stale'
    const document = this.documents.get(nameOf({ agencyId: caller.agencyId, agreementId: caller.agreement }, sha256))
    return document === undefined ? 'not-registered' : { document }
  }

  /** How many different children an hour the agreement allows, 30 where it says nothing; an agency's figure is its largest. */
  distinctChildrenPerHour({ agencyId, agreement }: { readonly agencyId: string; readonly agreement: string }): Figures {
    const { limits } = this.registrations
    const own = limits.find(({ agreementId }) => agreementId === agreement)
    const ofClient = own?.perClient ?? fewestChildren
    const others = limits.filter((one) => one.isInForce && one.agencyId === agencyId)
    const ofAgency = Math.max(ofClient, ...others.map(({ perClient = fewestChildren }) => perClient))
    return { ofUser: own?.perUser ?? fewestChildren, ofClient, ofAgency }
  }

  /** The active agencies by kind: what an empty list is empty of. */
  get coverage(): Readonly<Record<string, readonly string[]>> {
    return this.registrations.coverage
  }
}

function nameOf(of: { readonly agencyId: string; readonly agreementId: string }, sha256: string): string {
  return `${of.agencyId}\n${of.agreementId}\n${sha256}`
}
