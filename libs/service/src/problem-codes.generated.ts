// Generated from schemas/errors/catalogue.yaml by `npm run generate`.

/** Every code that may cross a door as an error, with its HTTP status. */
export const problemCodes = {
  MALFORMED: { status: 400, title: "The request cannot be read", retryable: false },
  NOT_FOUND: { status: 404, title: "Not found", retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, title: "Method not allowed", retryable: false },
  TOO_LARGE: { status: 413, title: "The request is too large", retryable: false },
  MEDIA_TYPE: { status: 415, title: "This media type is not taken here", retryable: false },
  SCHEMA_INVALID: { status: 422, title: "The request does not fit its schema", retryable: false },
  IDENTIFIER_INVALID: { status: 422, title: "An identifier is not valid", retryable: false },
  IDEMPOTENCY_KEY_REUSED: { status: 409, title: "This Idempotency-Key was used for another request", retryable: false },
  REQUEST_IN_PROGRESS: { status: 409, title: "The same request is still running", retryable: true },
  STORAGE_UNAVAILABLE: { status: 503, title: "Storage is not available", retryable: true },
  INTERNAL_SERVER_ERROR: { status: 500, title: "Something went wrong on our side", retryable: true },
  UNAUTHENTICATED: { status: 401, title: "The token or its proof was refused", retryable: false },
  PURPOSE_NOT_ALLOWED: { status: 403, title: "This purpose is not allowed", retryable: false },
  NOT_PERMITTED: { status: 403, title: "Not permitted", retryable: false },
  RATE_LIMITED: { status: 429, title: "Too many requests", retryable: true },
  CHILD_FANOUT_EXCEEDED: { status: 429, title: "Too many different children", retryable: true },
  SOURCE_UNAVAILABLE: { status: 503, title: "A source of this answer is not available", retryable: true },
  IDENTITY_IN_REVIEW: { status: 409, title: "A possible match of this child is being reviewed", retryable: true },
  OPERATION_NOT_REGISTERED: { status: 403, title: "This operation is not registered", retryable: false },
  PROJECTION_BEHIND: { status: 503, title: "What is known now is not up to date", retryable: true },
  SOURCE_NOT_YOURS: { status: 403, title: "This source is not yours", retryable: false },
  TYPE_NOT_ALLOWED: { status: 403, title: "You may not post this type", retryable: false },
  EVENT_ID_REUSED: { status: 409, title: "This event id was used for another event", retryable: false },
  ACKNOWLEDGED_BEYOND_SENT: { status: 409, title: "Acknowledged beyond what was sent", retryable: false },
  TYPE_UNKNOWN: { status: 422, title: "Unknown event type", retryable: false },
  BASIS_MISSING: { status: 422, title: "The sharing basis is missing", retryable: false },
  BASIS_NOT_VALID_FOR_TYPE: { status: 422, title: "The sharing basis does not allow this", retryable: false },
  WITHHELD_WITHOUT_REASON: { status: 422, title: "An identifier is withheld without one of the three reasons", retryable: false },
  OUTBOX_FULL: { status: 503, title: "Not taking events now", retryable: true },
  EVIDENCE_INSUFFICIENT: { status: 422, title: "Too little to tell who this is", retryable: false },
  RECORD_VERSION_REUSED: { status: 409, title: "This version of the record came with another body", retryable: false },
  INDEX_NOT_READY: { status: 503, title: "The index is being built", retryable: true },
} as const

/** A code of the error catalogue. */
export type ProblemCode = keyof typeof problemCodes
