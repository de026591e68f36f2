import type { PostedEvent } from '#libs/events'
import { day } from '../events.js'

type Part = Record<string, unknown>

/** A valid event, open to change. */
export interface Draft extends Part {
  readonly data: Part & { child: Part; sharingBasis: Part; body: Part }
}

/** A deep copy of an event with something wrong in it. */
export function changed(event: PostedEvent, change: (draft: Draft) => void): Draft {
  const draft = JSON.parse(JSON.stringify(event)) as Draft
  change(draft)
  return draft
}

/** Makes it a withdrawal of an event. */
export function withdrawing(draft: Draft, withdrawsEventId: string): void {
  draft['type'] = 'uk.waymark.any.basis.withdrawn.v1'
  draft['dataschema'] = 'https://waymark.example/schemas/events/uk.waymark.any.basis.withdrawn.v1.json'
  draft.data.sharingBasis['gateways'] = ['UKGDPR-16']
  draft.data.body = { withdrawsEventId, withdrawnOn: day(), reason: 'x' }
}

const batch = 'application/cloudevents-batch+json'

/** Bodies that are refused before anything in them counts. */
export const unreadable: readonly {
  readonly name: string
  readonly status: number
  readonly code: string
  readonly body: string | Buffer
  readonly type?: string
}[] = [
  { name: 'broken JSON', status: 400, code: 'MALFORMED', body: '{"specversion":' },
  { name: 'nothing', status: 400, code: 'MALFORMED', body: '' },
  { name: 'a name twice', status: 400, code: 'MALFORMED', body: '{"id":"a","id":"b"}' },
  { name: 'a name twice, deep inside', status: 400, code: 'MALFORMED', body: '{"data":{"body":[{"a":1,"a":2}]}}' },
  { name: 'not UTF-8', status: 400, code: 'MALFORMED', body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) },
  { name: 'a number too large', status: 400, code: 'MALFORMED', body: '{"data":{"body":{"x":1e400}}}' },
  { name: 'another charset', status: 415, code: 'MEDIA_TYPE', body: '{}', type: `${batch}; charset=utf-16` },
  { name: 'another media type', status: 415, code: 'MEDIA_TYPE', body: '{}', type: 'text/plain' },
  { name: 'plain JSON', status: 415, code: 'MEDIA_TYPE', body: '{}', type: 'application/json' },
  { name: 'over 256 KiB', status: 413, code: 'TOO_LARGE', body: JSON.stringify({ x: 'y'.repeat(257 * 1024) }) },
  { name: 'a list where one event is meant', status: 422, code: 'SCHEMA_INVALID', body: '[]' },
  { name: 'an empty batch', status: 422, code: 'SCHEMA_INVALID', body: '[]', type: batch },
  { name: 'one event where a batch is meant', status: 422, code: 'SCHEMA_INVALID', body: '{}', type: batch },
  { name: '501 events', status: 413, code: 'TOO_LARGE', body: JSON.stringify(Array(501).fill({})), type: batch },
  { name: 'over 5 MiB', status: 413, code: 'TOO_LARGE', body: JSON.stringify(['y'.repeat(5 * 2 ** 20)]), type: batch },
]

const nhsNumber = 'https://fhir.nhs.uk/Id/nhs-number'
const named = (system: string, value: string) => (draft: Draft) => {
  draft.data.child = { identifiers: [{ system, value }] }
}
const onBasis = (part: Part) => (draft: Draft) => {
  Object.assign(draft.data.sharingBasis, part)
}
const onBody = (part: Part) => (draft: Draft) => {
  Object.assign(draft.data.body, part)
}
const typed = (short: string) => (draft: Draft) => {
  draft['type'] = `uk.waymark.${short}.v1`
}
const without =
  (...path: readonly string[]) =>
  (draft: Draft) => {
    const parent = path.slice(0, -1).reduce<Part>((part, name) => part[name] as Part, draft)
    Reflect.deleteProperty(parent, path.at(-1) ?? '')
  }

/** Changes of a council's protection plan, each refused with its own code, and where the fault is said to be. */
export const refusedEvents: readonly [
  name: string,
  status: number,
  code: string,
  pointer: string | undefined,
  change: (draft: Draft) => void,
][] = [
  ['an unknown type', 422, 'TYPE_UNKNOWN', '#/type', typed('council.moon.landed')],
  ['a type of others', 403, 'TYPE_NOT_ALLOWED', '#/type', typed('police.domestic-abuse.notified')],
  [
    'the source of another agency',
    403,
    'SOURCE_NOT_YOURS',
    '#/source',
    (draft) => {
      draft['source'] = 'urn:waymark:agency:tidewell-council'
    },
  ],
  ['no basis', 422, 'BASIS_MISSING', undefined, without('data', 'sharingBasis')],
  ['no gateway', 422, 'SCHEMA_INVALID', undefined, without('data', 'sharingBasis', 'gateways')],
  [
    'a gateway not listed for the type',
    422,
    'BASIS_NOT_VALID_FOR_TYPE',
    '#/data/sharingBasis/gateways',
    onBasis({ gateways: ['PUPIL-REG'] }),
  ],
  ['conditions that do not pair', 422, 'BASIS_NOT_VALID_FOR_TYPE', undefined, onBasis({ dpaSchedule1: 'P2' })],
  [
    'a basis that has ended',
    422,
    'BASIS_NOT_VALID_FOR_TYPE',
    '#/data/sharingBasis/validUntil',
    onBasis({ validUntil: '2020-01-01T00:00:00Z' }),
  ],
  [
    'an agreement that is not there',
    422,
    'BASIS_NOT_VALID_FOR_TYPE',
    '#/data/sharingBasis/agreement',
    onBasis({ agreement: { id: 'dsa-nobody', version: 1 } }),
  ],
  ['a purpose outside the token', 403, 'PURPOSE_NOT_ALLOWED', undefined, onBasis({ purpose: 'urgent-care' })],
  [
    'an NHS number with a wrong check digit',
    422,
    'IDENTIFIER_INVALID',
    '#/data/child/identifiers/0',
    named(nhsNumber, '9990000019'),
  ],
  [
    'a UPN with a wrong check letter',
    422,
    'IDENTIFIER_INVALID',
    '#/data/child/identifiers/0',
    named('urn:waymark:upn', 'A999999900001'),
  ],
  [
    'an unknown system',
    422,
    'IDENTIFIER_INVALID',
    '#/data/child/identifiers/0',
    named('urn:example:x', 'A999999900001'),
  ],
  [
    'a UCI with a typing error',
    422,
    'IDENTIFIER_INVALID',
    '#/data/child/uci',
    (draft) => {
      draft.data.child = { uci: '99MJ-YZXT-0V' }
    },
  ],
  [
    'an identifier withheld without a reason of the law',
    422,
    'WITHHELD_WITHOUT_REASON',
    undefined,
    (draft) => {
      draft.data.child = { withheld: {} }
    },
  ],
  ['a start in some days', 422, 'SCHEMA_INVALID', '#/data/body/startedOn', onBody({ startedOn: day(3) })],
  ['a day that does not exist', 422, 'SCHEMA_INVALID', '#/data/body/startedOn', onBody({ startedOn: '2026-02-30' })],
  [
    'an unknown member of the child',
    422,
    'SCHEMA_INVALID',
    undefined,
    (draft) => {
      draft.data.child['nickname'] = 'x'
    },
  ],
  ['no child', 422, 'SCHEMA_INVALID', undefined, without('data', 'child')],
  ['no data', 422, 'SCHEMA_INVALID', undefined, without('data')],
  [
    'a withdrawal of what is not there',
    404,
    'NOT_FOUND',
    undefined,
    (draft) => {
      withdrawing(draft, '019a9f2e-7c3a-7d1e-9b6a-0c5d2e1f3a4b')
    },
  ],
]
