import { isBlank } from '#libs/identifiers'
import type { PostedEvent } from './envelope.js'
import { faultAt, type Fault } from './fault.js'

type Path = readonly (string | number)[]

const control = /\p{Cc}/u

/**
 * Names texts on several lines, and of the child texts in which one sees nothing, where the schema alone would let them pass:
 * an attribute of a CloudEvent holds no control characters (CloudEvents 1.0 §3.1), and who the child is reads here as it does
 * at `POST /v1/resolve`.
 */
export function brokenLinesIn({ data, ...attributes }: PostedEvent): readonly Fault[] {
  const ofChild = textsIn(data.child, ['data', 'child'])
  return [
    ...[...textsIn(attributes, []), ...ofChild]
      .filter(([text]) => control.test(text))
      .map(([, path]) => faultAt(path, 'TEXT_CONTROL')),
    ...ofChild.filter(([text]) => isBlank(text) && !control.test(text)).map(([, path]) => faultAt(path, 'FIELD_SIZE')),
  ]
}

function textsIn(value: unknown, path: Path): readonly (readonly [string, Path])[] {
  if (typeof value === 'string') return [[value, path]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, member]) => textsIn(member, [...path, name]))
}
