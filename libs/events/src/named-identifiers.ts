import { readIdentifier, readUci, uciSystem } from '#libs/identifiers'
import type { ChildReference, Identifier } from './child-reference.js'
import type { PostedEvent } from './envelope.js'
import type { EventTypeInfo } from './event-type.js'
import { faultAt, type Fault } from './fault.js'

/** What is wrong with the identifiers of an event: what refuses it, and what is only told. */
export interface IdentifierFindings {
  readonly faults: readonly Fault[]
  readonly notices: readonly Fault[]
}

/**
 * Checks every identifier and organisation an event names.
 *
 * A mistyped UCI refuses the event, since it could be another child's; so does an unknown system, and an
 * organisation that cannot be. Another invalid identifier of the child is a notice where something else names the child.
 */
export function checkIdentifiers(
  event: PostedEvent,
  info: EventTypeInfo,
  options: { readonly allowReservedUci: boolean },
): IdentifierFindings {
  const child = checkChild(event.data.child, options.allowReservedUci)
  return { faults: [...child.faults, ...checkOrganisations(event, info)], notices: child.notices }
}

function checkChild(child: ChildReference, allowReserved: boolean): IdentifierFindings {
  if (child.uci !== undefined) return { faults: checkUci(child.uci, allowReserved), notices: [] }
  const given = child.identifiers ?? []
  const read = given.map((identifier, index) =>
    checkOne(identifier, ['data', 'child', 'identifiers', index], allowReserved),
  )
  const bad = read.filter((fault) => fault !== undefined)
  const refusing = bad.filter(({ code }) => code === 'IDENTIFIER_SYSTEM_UNKNOWN' || code.startsWith('UCI_'))
  const isNamed = bad.length < given.length || child.demographics !== undefined
  return isNamed && refusing.length === 0 ? { faults: [], notices: bad } : { faults: bad, notices: [] }
}

function checkUci(text: string, allowReserved: boolean): readonly Fault[] {
  const read = readUci(text, { allowReserved })
  return read.ok ? [] : [faultAt(['data', 'child', 'uci'], read.code)]
}

function checkOne(given: Identifier, path: readonly (string | number)[], allowReserved: boolean): Fault | undefined {
  const read = readIdentifier(given, { allowReserved })
  if (read.ok) return undefined
  return faultAt([...path, read.code === 'IDENTIFIER_SYSTEM_UNKNOWN' ? 'system' : 'value'], read.code)
}

function checkOrganisations({ data }: PostedEvent, info: EventTypeInfo): readonly Fault[] {
  const named = [...info.fields.entries()]
    .filter(([name, { definition }]) => definition === 'organisation' && data.body[name] !== undefined)
    .map(([name]) => ({ path: ['data', 'body', name], given: data.body[name] as Identifier }))
  const sender = data.sender?.org ? [{ path: ['data', 'sender', 'org'], given: data.sender.org }] : []
  return [...named, ...sender]
    .filter(({ given }) => given.system !== uciSystem)
    .map(({ given, path }) => checkOne(given, path, true))
    .filter((fault) => fault !== undefined)
}
