import type { Sql } from '#libs/postgres'

/** The six kinds of agency that Waymark connects. */
export type AgencyKind = 'council' | 'school' | 'nhs' | 'police' | 'housing' | 'hub'

/** Every kind of agency, in the order of {@link AgencyKind}. */
export const agencyKinds: readonly AgencyKind[] = ['council', 'school', 'nhs', 'police', 'housing', 'hub']

/** What a verified access token says; the only form in which a token's claims travel through the code. */
export interface AccessClaims {
  readonly clientId: string
  readonly agencyId: string
  readonly agencyKind: AgencyKind
  /** Role of a client of the hub itself, fixed when the client was registered. */
  readonly role?: string
  /** Id of the data-sharing agreement under which the token was given. */
  readonly agreement: string
  readonly purposes: readonly string[]
  readonly actions: readonly string[]
  readonly jti: string
  /** RFC 7638 thumbprint of the key that must sign every proof shown beside the token. */
  readonly jkt: string
  /** Id of the server key that signed the token. */
  readonly kid: string
  /** Id of the client's own key that signed the assertion the token was given for. */
  readonly clientKid?: string
  readonly expiresAtMs: number
}

/** The person or machine on whose behalf a program asks, as asserted in `Waymark-Actor`. */
interface Actor {
  readonly role: string
  readonly reference: string
}

/** One attempt of a request that came with an Idempotency-Key. */
export interface Attempt {
  /**
   * Keeps the answer as part of the transaction that has the effect: both are there or neither is.
   *
   * @param answer - the body as it is sent; JSON
   * @throws Problem 409 `REQUEST_IN_PROGRESS` where another attempt has taken over, so that the effect is rolled back
   */
  keep(tx: Sql, answer: object): Promise<void>
}

/** Who is asking, for what, in one request: built by the signed door, read by decisions and access records. */
export interface Caller {
  readonly clientId: string
  readonly agencyId: string
  readonly agencyKind: AgencyKind
  readonly role?: string
  readonly agreement: string
  readonly purposes: readonly string[]
  readonly actions: readonly string[]
  readonly jti: string
  /** The one purpose named in `Waymark-Purpose`, already known to be in `purposes`. */
  readonly purpose?: string
  readonly actor?: Actor
  readonly requestId: string
  readonly traceparent: string
  /** Where the request has an Idempotency-Key, at a door that takes one. */
  readonly attempt?: Attempt
}
