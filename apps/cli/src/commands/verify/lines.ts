import { createReadStream } from 'node:fs'

/** A line of a file, and which it is, from 1 on. */
export interface Line {
  readonly number: number
  readonly text: string
}

/** No record, and no request of an agency's own log, is as long: of a longer line only so much is kept, which is neither. */
const longestLine = 1_048_576

/**
 * The lines of a file that are not blank, one after the other, however many they are. A line ends with a line feed alone: text
 * in JSON may hold what else ends lines elsewhere.
 *
 * @param file - as a person named it; `what` says in the error what was missing
 */
export async function* linesOf(file: string | undefined, what: string): AsyncGenerator<Line> {
  if (file === undefined) throw new Error(`${what} is not given; see waymark verify --help`)
  let number = 0
  let begun = ''
  for await (const chunk of createReadStream(file, 'utf8') as AsyncIterable<string>) {
    const parts = chunk.split('\n')
    parts[0] = begun + (parts[0] ?? '')
    begun = (parts.pop() ?? '').slice(0, longestLine)
    for (const text of parts) {
      number += 1
      if (text.trim() !== '') yield { number, text }
    }
  }
  if (begun.trim() !== '') yield { number: number + 1, text: begun }
}
