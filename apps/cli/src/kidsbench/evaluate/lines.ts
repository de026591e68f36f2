import { closeSync, openSync, readSync } from 'node:fs'

const chunkBytes = 1 << 20

/**
 * The rows of a file of KidsBench, one after the other, without holding the file. Its fields hold no commas and no quotation
 * marks; the first line names the columns.
 */
export function* rowsOf(path: string): Generator<readonly string[], undefined> {
  let isHead = true
  for (const line of linesOf(path)) {
    if (!isHead) yield line.split(',')
    isHead = false
  }
  return undefined
}

function* linesOf(path: string): Generator<string> {
  const file = openSync(path, 'r')
  const chunk = Buffer.allocUnsafe(chunkBytes)
  let kept = Buffer.alloc(0)
  try {
    for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk)) {
      const bytes = Buffer.concat([kept, chunk.subarray(0, read)])
      const end = bytes.lastIndexOf(10) + 1
      kept = Buffer.from(bytes.subarray(end))
      if (end > 0) yield* bytes.toString('utf8', 0, end - 1).split('\n')
    }
    if (kept.length > 0) yield kept.toString()
  } finally {
    closeSync(file)
  }
}
