import { createHash, type Hash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of a part that wait in memory before they are written. */
const waitingBytes = 1 << 16
/** No line is longer. */
const longestLine = 1 << 11
/** More bytes than a part ever has; times the seconds until 2100 it stays a whole number below 2^53. */
const placesOfSecond = 2 ** 20
const newLine = 10

/** A file that is written once, from start to end, and hashed on the way. */
export class HashedFile {
  private readonly file: number
  private readonly hash: Hash = createHash('sha256')
  private readonly waiting = Buffer.allocUnsafe(1 << 20)
  private used = 0

  constructor(path: string) {
    this.file = openSync(path, 'w')
  }

  text(text: string): void {
    this.room()
    this.used += this.waiting.write(text, this.used)
  }

  bytes(source: Buffer, from: number, to: number): void {
    this.room()
    this.used += source.copy(this.waiting, this.used, from, to)
  }

  /** Ends the file; answers with its SHA-256 in hex. */
  close(): string {
    this.flush()
    closeSync(this.file)
    return this.hash.digest('hex')
  }

  private room(): void {
    if (this.used > this.waiting.length - longestLine) this.flush()
  }

  private flush(): void {
    const bytes = this.waiting.subarray(0, this.used)
    this.hash.update(bytes)
    writeAll(this.file, bytes)
    this.used = 0
  }
}

/** Where a line stands in the bytes of its part. */
interface TimedLine {
  readonly second: number
  readonly bytes: Buffer
  readonly from: number
  readonly to: number
}

/** Bytes of one span of time, waiting in memory and, beyond that, in a file. */
interface Part {
  readonly waiting: Buffer
  used: number
  file: number | undefined
}

/**
 * Lines that arrive in any order and leave by their second, in memory that does not grow with their number: they wait in one
 * file per span of time, and each file is sorted by itself.
 */
export class SortedLines {
  private readonly parts: readonly Part[]

  constructor(
    private readonly folder: string,
    parts: number,
  ) {
    mkdirSync(folder, { recursive: true })
    this.parts = Array.from({ length: parts }, () => ({
      waiting: Buffer.allocUnsafe(waitingBytes),
      used: 0,
      file: undefined,
    }))
  }

  /** Adds a line of a second since 1970; a part holds seconds before all those of the next one. */
  add(at: number, second: number, line: string): void {
    const part = this.parts[at]
    if (part === undefined) throw new RangeError('There is no such part')
    if (part.used > waitingBytes - longestLine) this.flush(part, at)
    part.used += part.waiting.write(`${second}|${line}\n`, part.used)
  }

  /** Every line in order, those of one second as they arrived; what was kept of them is removed. */
  *sorted(): Generator<TimedLine> {
    for (const [at, part] of this.parts.entries()) {
      const waiting = part.waiting.subarray(0, part.used)
      if (part.file === undefined) yield* inOrder(waiting)
      else {
        closeSync(part.file)
        const kept = readFileSync(this.pathOf(at))
        rmSync(this.pathOf(at))
        yield* inOrder(Buffer.concat([kept, waiting]))
      }
    }
    rmSync(this.folder, { recursive: true })
  }

  private flush(part: Part, at: number): void {
    part.file ??= openSync(this.pathOf(at), 'w')
    writeAll(part.file, part.waiting.subarray(0, part.used))
    part.used = 0
  }

  private pathOf(part: number): string {
    return join(this.folder, `part-${part}`)
  }
}

/** Sorts by second and then by arrival: both in one number, and numbers are sorted quicker than texts. */
function* inOrder(bytes: Buffer): Generator<TimedLine> {
  const starts: number[] = []
  for (let start = 0; start < bytes.length; start = bytes.indexOf(newLine, start) + 1) starts.push(start)
  const keys = Float64Array.from(starts, (start, at) => secondAt(bytes, start) * placesOfSecond + at).sort()
  for (const key of keys) {
    const second = Math.floor(key / placesOfSecond)
    const at = key - second * placesOfSecond
    const start = starts[at] ?? 0
    const end = starts[at + 1] ?? bytes.length
    yield { second, bytes, from: start + String(second).length + 1, to: end - 1 }
  }
}

function secondAt(bytes: Buffer, start: number): number {
  let second = 0
  for (let at = start; bytes[at] !== 124; at += 1) second = second * 10 + (bytes[at] ?? 0) - 48
  return second
}

function writeAll(file: number, bytes: Uint8Array): void {
  let done = 0
  while (done < bytes.length) done += writeSync(file, bytes, done)
}
