import type { ChildReference } from './child-reference.js'
import { findCode } from './code-list.js'
import type { PostedEvent } from './envelope.js'
import type { EventTypeInfo } from './event-type.js'
import { faultAt, type Fault } from './fault.js'

type Path = readonly (string | number)[]

/**
 * Names what fits the schema and cannot be: a role that nobody has, since roles are a closed list (domain §9), and the third
 * child of two. The contact that a family left is no professional's, and may have any role.
 */
export function contradictionsIn(event: PostedEvent, info: EventTypeInfo): readonly Fault[] {
  return [...unknownRoles(event, info), ...impossibleOrders(event)]
}

function unknownRoles({ data }: PostedEvent, info: EventTypeInfo): readonly Fault[] {
  const { sender, sharingBasis, body } = data
  const contacts = [...info.fields].flatMap(([name, { definition, group }]): (readonly [unknown, Path])[] =>
    definition === 'contact' && group !== 'p' ? [[roleIn(body[name]), ['data', 'body', name, 'role']]] : [],
  )
  const named: readonly (readonly [unknown, Path])[] = [
    [sharingBasis.practitioner?.role, ['data', 'sharingBasis', 'practitioner', 'role']],
    [sender?.role, ['data', 'sender', 'role']],
    [roleIn(sender?.contact), ['data', 'sender', 'contact', 'role']],
    ...contacts,
  ]
  return named
    .filter(([role]) => role !== undefined && findCode('roles', role) === undefined)
    .map(([, path]) => faultAt(path, 'FIELD_VALUE'))
}

function roleIn(contact: unknown): unknown {
  return (contact as { readonly role?: unknown } | undefined)?.role
}

function impossibleOrders({ data: { child, body } }: PostedEvent): readonly Fault[] {
  const given: readonly (readonly [unknown, Path])[] = [
    [child.demographics?.birthOrder, ['data', 'child', 'demographics', 'birthOrder']],
    [withheldOrder(child), ['data', 'child', 'withheld', 'demographics', 'birthOrder']],
    [body['birthOrder'], ['data', 'body', 'birthOrder']],
  ]
  return given.filter(([order]) => isBeyond(order)).map(([, path]) => faultAt(path, 'FIELD_COMBINATION'))
}

function withheldOrder({ withheld }: ChildReference): unknown {
  return withheld?.demographics?.birthOrder
}

function isBeyond(given: unknown): boolean {
  const { order = 0, of = 0 } = (given ?? {}) as { readonly order?: number; readonly of?: number }
  return order > of
}
