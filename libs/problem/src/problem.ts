import { problemCodes, type ProblemCode } from './problem-codes.generated.js'

export type { ProblemCode }

/** What is wrong with one member of a body: a JSON pointer in a fragment (`#/data/body/startedOn`) and a field code; never a value. */
export interface FieldFault {
  readonly pointer: string
  readonly code: string
}

interface ProblemExtras {
  readonly errors?: readonly FieldFault[]
  readonly retryAfterSeconds?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly cause?: unknown
}

/** The one error class that crosses a door. `detail` is for the caller and never echoes a value. */
export class Problem extends Error {
  readonly errors: readonly FieldFault[]
  readonly retryAfterSeconds: number | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(
    readonly code: ProblemCode,
    readonly detail?: string,
    extras: ProblemExtras = {},
  ) {
    super(detail ?? problemCodes[code].title, extras.cause === undefined ? undefined : { cause: extras.cause })
    this.name = 'Problem'
    this.errors = extras.errors ?? []
    this.retryAfterSeconds = extras.retryAfterSeconds
    this.headers = extras.headers ?? {}
  }
}

/** A problem as RFC 9457 has it, with our members. */
export interface ProblemBody {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: ProblemCode
  readonly detail?: string
  readonly errors?: readonly FieldFault[]
  /** Not with `NOT_FOUND`: what is not yours and what does not exist have the same bytes (doors §3); `x-request-id` has it. */
  readonly correlationId?: string
  readonly retryable: boolean
}

/** The RFC 9457 body of a problem; `type` is a path, so it holds at every address the hub has. */
export function problemBody(problem: Problem, correlationId: string): ProblemBody {
  const { status, title, retryable } = problemCodes[problem.code]
  return {
    type: `/errors/${problem.code}`,
    title,
    status,
    code: problem.code,
    ...(problem.detail !== undefined && { detail: problem.detail }),
    ...(problem.errors.length > 0 && { errors: problem.errors }),
    ...(problem.code !== 'NOT_FOUND' && { correlationId }),
    retryable,
  }
}

/** Whether a text is a code of the catalogue. */
export function isProblemCode(code: unknown): code is ProblemCode {
  return typeof code === 'string' && Object.hasOwn(problemCodes, code)
}

/** The HTTP status of a code. */
export function statusOf(code: ProblemCode): number {
  return problemCodes[code].status
}
