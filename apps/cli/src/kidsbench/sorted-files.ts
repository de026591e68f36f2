import { createHash, type Hash } from 'node:crypto'
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'

/** How much of the lines of a part waits in memory before it is written, in characters. */
const flushAt = 1 << 15

/** A file that is written once, from start to end, and hashed on the way. */
export class HashedFile {
  private readonly file: number
  private readonly hash: Hash = createHash('sha256')

  constructor(path: string) {
    this.file = openSync(path, 'w')
  }

  write(text: string): void {
    const bytes = Buffer.from(text)
    this.hash.update(bytes)
    let done = 0
    while (done < bytes.length) done += writeSync(this.file, bytes, done)
  }

  /** Ends the file; answers with its SHA-256 in hex. */
  close(): string {
    closeSync(this.file)
    return this.hash.digest('hex')
  }
}

/**
 * Lines that arrive in any order and leave by their first characters, in memory that does not grow with their number: they
 * wait in one file per span of time, and each file is sorted by itself.
 */
export class SortedLines {
  private readonly waiting: string[]
  private readonly files: (number | undefined)[]

  constructor(
    private readonly folder: string,
    parts: number,
  ) {
    mkdirSync(folder, { recursive: true })
    this.waiting = Array.from({ length: parts }, () => '')
    this.files = Array.from({ length: parts })
  }

  /** Adds a line to a part; a part holds lines that come before all those of the next one. */
  add(part: number, line: string): void {
    const waiting = `${this.waiting[part] ?? ''}${line}\n`
    this.waiting[part] = waiting.length < flushAt ? waiting : this.flush(part, waiting)
  }

  /** Every part's lines in order; what was kept of them is removed. */
  *sorted(): Generator<readonly string[]> {
    for (let part = 0; part < this.waiting.length; part += 1) {
      const file = this.files[part]
      if (file !== undefined) closeSync(file)
      const kept = file === undefined ? '' : readFileSync(this.pathOf(part), 'utf8')
      const text = kept + (this.waiting[part] ?? '')
      if (file !== undefined) rmSync(this.pathOf(part))
      this.waiting[part] = ''
      if (text !== '') yield text.slice(0, -1).split('\n').sort()
    }
    rmSync(this.folder, { recursive: true })
  }

  private flush(part: number, waiting: string): string {
    const file = (this.files[part] ??= openSync(this.pathOf(part), 'w'))
    writeSync(file, waiting)
    return ''
  }

  private pathOf(part: number): string {
    return join(this.folder, `part-${part}`)
  }
}
