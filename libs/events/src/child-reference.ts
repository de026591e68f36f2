/** An identifier or an organisation; the system is always named, since values of two systems collide. */
export interface Identifier {
  readonly system: string
  readonly value: string
  readonly validFrom?: string
  readonly validTo?: string
  readonly status?: 'current' | 'former' | 'disputed'
  readonly verified?: boolean
}

/** Who a child is, as a sender's record has it; the same fields as `POST /v1/resolve`. */
interface Demographics {
  readonly names?: readonly {
    readonly use?: string
    readonly given?: string
    readonly family?: string
    readonly from?: string
    readonly to?: string
  }[]
  readonly bornOn?: string
  readonly expectedOn?: string
  readonly sex?: string
  readonly birthOrder?: { readonly order: number; readonly of: number }
  readonly addresses?: readonly {
    readonly lines?: readonly string[]
    readonly postcode?: string
    readonly uprn?: string
    readonly from?: string
    readonly to?: string
  }[]
  readonly parents?: readonly {
    readonly role?: string
    readonly given?: string
    readonly family?: string
    readonly bornOn?: string
  }[]
}

/** The three reasons the law knows for leaving an identifier out (Children Act 2004, s.16LC). */
type WithholdingReason = 'NOT_FACILITATING' | 'MORE_DETRIMENTAL' | 'UNKNOWN_WOULD_DELAY'

/** The child of a posted event: named in exactly one of four ways. */
export interface ChildReference {
  /** The sender's own id for the child; never delivered. */
  readonly recordId?: string
  readonly uci?: string
  readonly identifiers?: readonly Identifier[]
  readonly demographics?: Demographics
  readonly withheld?: { readonly reason: WithholdingReason; readonly demographics?: Demographics }
}
