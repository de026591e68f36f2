import { postedSchemas } from './catalogue.generated.js'
import type { AgencyKind, FieldGroup, Urgency } from './envelope.js'

/** What an agency has to do with a child. */
type InvolvementKind =
  'registered' | 'responsible' | 'gp' | 'health-visiting' | 'unscheduled-care' | 'placing' | 'receiving'

/**
 * Whom a type is for, as data; who that is for one event, the router finds out.
 *
 * - `involved`: agencies with a current involvement of that kind; `previous`: an earlier one, or one that still stands
 * - `area`: agencies of that kind (and service) whose areas hold the responsible council
 * - `near-sender`: agencies of that kind (and service) that share an area with the sender; `unless` an involvement of that kind stands
 * - `organisation`: the agency whose organisation the body's field names
 * - `near-organisation`: agencies of that kind and service that work in an area of the one whose organisation the field names
 * - `referrer`, `handover-opener`, `handover-opener-council`, `recipients-of`, `sender-of`: found by the id in the field
 * - `role`: that role at the hub; `addressed`: named beside the event by the service of the hub that made it
 */
export type RecipientRule =
  | { readonly find: 'involved' | 'previous'; readonly kind: InvolvementKind }
  | { readonly find: 'area'; readonly kind: AgencyKind; readonly service?: string }
  | {
      readonly find: 'near-sender'
      readonly kind: AgencyKind
      readonly service?: string
      readonly capacity?: 'home-council'
      readonly unless?: InvolvementKind
    }
  | {
      readonly find: 'organisation'
      readonly field: string
      readonly capacity?: 'receiving-council' | 'area-council'
    }
  | { readonly find: 'near-organisation'; readonly field: string; readonly kind: AgencyKind; readonly service: string }
  | {
      readonly find: 'referrer' | 'handover-opener' | 'handover-opener-council' | 'recipients-of' | 'sender-of'
      readonly field: string
    }
  | { readonly find: 'role'; readonly role: string }
  | { readonly find: 'addressed' }

/** One field of a type's body. */
export interface BodyField {
  /** Whom it may go to; `stays` goes to nobody. */
  readonly group: FieldGroup | 'stays'
  /** May lie in the future, since it announces. */
  readonly announces: boolean
  /** Names an area, which some recipients may have without the rest of group `l`. */
  readonly isArea: boolean
  /** `date`, `date-time`… where the schema names one. */
  readonly format: string | undefined
  /** The delivered field that stands for this one, which stays. */
  readonly toldAs: string | undefined
  /** The definition it is one of, such as `contact` or `organisation`. */
  readonly definition: string | undefined
}

/** All that is known of an event type without looking at an event. */
export interface EventTypeInfo {
  /** Full type, `uk.waymark.<kind>.<subject>.<verb>.v1`. */
  readonly type: string
  /** The type without prefix and version. */
  readonly shortType: string
  readonly title: string
  readonly postedBy: AgencyKind | 'any'
  /** How urgent it normally is; an event says for itself. */
  readonly urgency: Urgency
  /** The gateways in law under which it may be shared; one suffices. */
  readonly gateways: readonly string[]
  /** Shared only if the family agreed to the service. */
  readonly agreementBased: boolean
  readonly recipients: readonly RecipientRule[]
  /** The roles that may read a copy, by the recipient's kind. */
  readonly readers: Readonly<Record<AgencyKind, readonly string[]>>
  readonly acknowledgement: 'required'
  /** For some recipients, the only fields of a group that go. */
  readonly limits: Readonly<Partial<Record<AgencyKind, Readonly<Partial<Record<FieldGroup, readonly string[]>>>>>>
  readonly fields: ReadonlyMap<string, BodyField>
}

type Json = Record<string, unknown>

/** Every event type of the catalogue by its full name, the hub's own included; from schemas/events. */
export const eventTypes: ReadonlyMap<string, EventTypeInfo> = new Map(
  postedSchemas.map((schema) => {
    const info = readInfo(schema)
    return [info.type, info]
  }),
)

/** `council.protection-plan.started` of `uk.waymark.council.protection-plan.started.v1`. */
export function shortType(full: string): string {
  return full.replace(/^uk\.waymark\./, '').replace(/\.v\d+$/, '')
}

/** The full type of a short one, in its first version. */
export function fullType(short: string): string {
  return `uk.waymark.${short}.v1`
}

function readInfo(schema: Json): EventTypeInfo {
  const { type, data } = schema['properties'] as { type: { const: string }; data: { properties: { body: Json } } }
  const fields = Object.entries(data.properties.body['properties'] as Record<string, Json>)
  const facts = schema['x-waymark'] as Omit<EventTypeInfo, 'type' | 'shortType' | 'title' | 'fields' | 'limits'> &
    Partial<Pick<EventTypeInfo, 'limits'>>
  return {
    limits: {},
    ...facts,
    type: type.const,
    shortType: shortType(type.const),
    title: schema['title'] as string,
    fields: new Map(fields.map(([name, field]) => [name, readField(field)])),
  }
}

function readField(schema: Json): BodyField {
  return {
    group: schema['x-field-group'] as BodyField['group'],
    announces: schema['x-announces'] === true,
    isArea: schema['x-area'] === true,
    format: schema['format'] as string | undefined,
    toldAs: schema['x-told-as'] as string | undefined,
    definition: (schema['$ref'] as string | undefined)?.replace('definitions.json#/$defs/', ''),
  }
}
