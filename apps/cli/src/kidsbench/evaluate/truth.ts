import { rowsOf } from './lines.js'

/** The truth about every record, in the order of `records.csv`; read only to measure, never to decide. */
export interface Truth {
  /** Number of the person of each record. */
  readonly person: Int32Array
  /** Per person: its multiple birth and its sealed succession (-1 for none), and its name-origin group. */
  readonly multiple: Int32Array
  readonly succession: Int32Array
  readonly origin: readonly string[]
}

/** Reads `truth.csv`. */
export function readTruth(path: string): Truth {
  const persons = new Map<string, number>()
  const [person, multiple, succession]: [number[], number[], number[]] = [[], [], []]
  const origin: string[] = []
  for (const [, name = '', , ofBirth = '', ofSeal = '', group = ''] of rowsOf(path)) {
    let number = persons.get(name)
    if (number === undefined) {
      number = persons.size
      persons.set(name, number)
      multiple.push(numberIn(ofBirth))
      succession.push(numberIn(ofSeal))
      origin.push(group)
    }
    person.push(number)
  }
  return {
    person: Int32Array.from(person),
    multiple: Int32Array.from(multiple),
    succession: Int32Array.from(succession),
    origin,
  }
}

function numberIn(name: string): number {
  return name === '' ? -1 : Number(name.slice(1))
}
