const count = { type: 'integer', minimum: 0 } as const
const numberAsText = { type: 'string', pattern: '^[0-9]{1,19}$' } as const

function closed(properties: Record<string, object>) {
  return { type: 'object', additionalProperties: false, required: Object.keys(properties), properties }
}

/** From where on a feed is read, how much of it, and how long it may be waited for. */
export const feedQuestion = {
  after: {
    name: 'after',
    required: false,
    schema: { type: 'integer', minimum: 0, default: 0 },
    description: 'The number that you have read up to.',
  },
  limit: {
    name: 'limit',
    required: false,
    schema: { type: 'integer', minimum: 1, default: 100 },
    description: 'Over 500 is cut.',
  },
  wait: {
    name: 'wait',
    required: false,
    schema: { type: 'integer', minimum: 0, default: 0 },
    description: 'Seconds; over 25 is cut.',
  },
}

/** The slots of an answer; the schemas stand beside the OpenAPI document, in `schemas/events`. */
export const feedAnswer = {
  'application/cloudevents-batch+json': {
    schema: {
      type: 'array',
      maxItems: 500,
      items: {
        oneOf: ['sealed', 'withdrawn'].map((way) => ({ $ref: `../events/uk.waymark.hub.copy.${way}.v1.json` })),
      },
    },
  },
}

/** Where the feed stands, and the proof that this was the answer. */
export const feedHeaders = {
  'Waymark-Feed-Head': { description: 'The last number of the feed.', schema: numberAsText },
  'Waymark-Feed-Acknowledged': { description: 'How far it is acknowledged.', schema: numberAsText },
  'Waymark-Feed-Epoch': { description: 'Changes only after a restore from backup.', schema: numberAsText },
  'Content-Digest': { description: 'Of the body (RFC 9530).', schema: { type: 'string' } },
  'Signature-Input': { description: 'Over the digest and both numbers (RFC 9421).', schema: { type: 'string' } },
  Signature: { description: 'By a key of GET /v1/keys.', schema: { type: 'string' } },
}

/** Where a feed stands, without its slots. */
export const statusAnswer = {
  'application/json': {
    schema: closed({ head: count, sent: count, acknowledged: count, oldestUnacknowledgedSeconds: count }),
  },
}

/** What `POST /v1/acknowledgements` takes. */
export const acknowledgementBody = {
  required: true,
  content: {
    'application/jose': {
      schema: {
        type: 'string',
        description:
          'A compact JWS by a registered signing key of the client over {"feed": the id of your agency, "upTo": 1043, "at": an instant, "exceptions": [{"sequence": 1040, "problem": "cannot-decrypt"}]}; exceptions may be left out.',
      },
    },
  },
}

/** How far the feed is acknowledged now. */
export const acknowledgementAnswer = { 'application/json': { schema: closed({ acknowledged: count }) } }
