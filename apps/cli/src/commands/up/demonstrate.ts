import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runDemonstration, type DemonstrationReport } from '../demo/run-demonstration.js'
import type { DataFolder } from './data-folder.js'
import type { Progress } from './progress.js'

/** What was played on this data folder before. */
interface Played {
  readonly run: number
  readonly report: DemonstrationReport
}

/**
 * Plays the demonstration once per data folder; after a failure the next start plays it again, with other children.
 *
 * @returns whether every step held
 */
export async function demonstrate(folder: DataFolder, progress: Progress): Promise<boolean> {
  const file = join(folder.path, 'demo', 'report.json')
  const before = JSON.parse(await readFile(file, 'utf8').catch(() => 'null')) as Played | null
  if (before?.report.holds) {
    progress.note(`The demonstration was played before: ${file}      play it again: npx waymark demo`)
    return true
  }
  const run = (before?.run ?? 0) + 1
  const out = (line: string) => {
    progress.note(line)
  }
  const report = await runDemonstration({ connectionFile: folder.connectionFile, out, run })
  await mkdir(join(folder.path, 'demo'), { recursive: true })
  await writeFile(file, JSON.stringify({ run, report } satisfies Played, null, 2))
  return report.holds
}
