import { randomBytes, randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ChildReference, PostedData, PostedEvent } from '#libs/events'
import { shortType } from '#libs/events'

/** What a test says about an event; `data` and `body` are laid over the example, the rest replaces it. */
export type EventOverrides = Partial<Omit<PostedEvent, 'data'>> & {
  readonly data?: Partial<PostedData>
  readonly body?: Readonly<Record<string, unknown>>
}

/** An invented child, with a number of the range that is never issued. */
export function aChild(overrides: ChildReference = {}): ChildReference {
  return {
    recordId: `record-${randomBytes(4).toString('hex')}`,
    identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' }],
    demographics: {
      names: [{ use: 'official', given: 'Amina', family: 'Sample' }],
      bornOn: '2019-05-14',
      sex: 'female',
      addresses: [{ lines: ['1 Made-up Street'], postcode: 'ZZ99 3AA' }],
    },
    ...overrides,
  }
}

/**
 * An event as its poster would send it: the first golden example of its type, under an id of its own.
 *
 * @param type - short (`school.pupil.admitted`) or full
 */
export function anEvent(type: string, overrides: EventOverrides = {}): PostedEvent {
  const example = exampleOf(type)
  const { data, body, ...attributes } = overrides
  return {
    ...example,
    id: `test-${randomUUID()}`,
    ...attributes,
    data: { ...example.data, ...data, body: { ...example.data.body, ...data?.body, ...body } },
  }
}

function exampleOf(type: string): PostedEvent {
  const folder = join('schemas', 'events', 'golden', type.startsWith('uk.') ? shortType(type) : type)
  const [first] = readdirSync(folder).sort()
  if (first === undefined) throw new Error(`${folder} is empty`)
  return JSON.parse(readFileSync(join(folder, first), 'utf8')) as PostedEvent
}
