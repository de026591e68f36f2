import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * What a seed has done that must not be done twice, in a file beside the connection file: posting a record again changes
 * nothing, but a protection or a sealed adoption would be another one.
 */
export class SeedMarks {
  private readonly file: string
  private readonly marks: Set<string>

  constructor(connectionFile: string) {
    this.file = join(dirname(connectionFile), 'demo', 'seeded')
    this.marks = new Set(readLines(this.file))
  }

  /** Does the work unless it was done, also by an earlier program. */
  async once(mark: string, work: () => Promise<void>): Promise<void> {
    if (this.marks.has(mark)) return
    await work()
    mkdirSync(dirname(this.file), { recursive: true })
    appendFileSync(this.file, `${mark}\n`)
    this.marks.add(mark)
  }
}

function readLines(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
