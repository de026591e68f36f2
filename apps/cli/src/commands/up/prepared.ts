import { createHash } from 'node:crypto'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { directoryFile } from './directory.js'

/** What schemas, agencies and agreements of a database are made from. */
const sources = ['dist/apps', 'dist/libs', 'schemas/operations', directoryFile] as const

/**
 * Whether a database of our own was prepared from the same programs, agencies and keys before: then a start that resumes
 * leaves it as it is. Any other file, size or time makes it different, and preparing again changes nothing that stands.
 */
export class Prepared {
  private constructor(
    private readonly file: string,
    private readonly digest: string,
  ) {}

  /**
   * @param postgres - the folder of the server; its `data` must be there
   * @param keys - the folder of the keys, whose public halves the database holds
   * @param from - files and folders it is made from
   */
  static async of(postgres: string, keys: string, from: readonly string[] = sources): Promise<Prepared> {
    const hash = createHash('sha256')
    for (const path of [join(postgres, 'data', 'PG_VERSION'), ...from, keys])
      for (const line of await filesOf(path)) hash.update(line)
    return new Prepared(join(postgres, 'prepared.sha256'), hash.digest('hex'))
  }

  async isUpToDate(): Promise<boolean> {
    return (await readFile(this.file, 'utf8').catch(() => '')) === this.digest
  }

  async keep(): Promise<void> {
    await writeFile(this.file, this.digest, { mode: 0o600 })
  }
}

async function filesOf(path: string): Promise<readonly string[]> {
  const isFolder = (await stat(path)).isDirectory()
  const names = isFolder ? (await readdir(path, { recursive: true })).sort().map((name) => join(path, name)) : [path]
  const lines = names.map(async (name) => {
    const { size, mtimeMs, ino } = await stat(name)
    return `${name}\t${size}\t${mtimeMs}\t${ino}\n`
  })
  return Promise.all(lines)
}
