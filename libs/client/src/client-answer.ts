/** An answer as it came. */
export interface ClientAnswer {
  readonly status: number
  readonly headers: Headers
  /** Parsed where it is JSON, else text; `undefined` when it is empty. */
  readonly body: unknown
  readonly bytes: Buffer
}
