import { readFile, writeFile } from 'node:fs/promises'
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os'
import pg from 'pg'
import type { Result } from './result.js'

/** What `--out` holds. */
export interface Report {
  readonly at: string
  readonly hardware: Readonly<Record<string, string | number>>
  readonly versions: Readonly<Record<string, string>>
  readonly seed: number
  readonly results: readonly Result[]
}

/** On what it was measured. `loadBefore` is that of the last minute before: what others do here is in every figure. */
export function hardware(): Report['hardware'] {
  const [processor] = cpus()
  return {
    processor: processor?.model.trim() ?? '',
    cores: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    system: `${platform()} ${release()} ${arch()}`,
    loadBefore: Number((loadavg()[0] ?? 0).toFixed(2)),
  }
}

export async function versions(databaseUrl: string): Promise<Report['versions']> {
  const client = new pg.Client(databaseUrl)
  await client.connect()
  const { rows } = await client.query<{ version: string; fsync: string }>(
    "select split_part(current_setting('server_version'), ' ', 1) as version, current_setting('fsync') as fsync",
  )
  await client.end()
  const own = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
  const pom = await readFile('deploy/local/kafka/pom.xml', 'utf8')
  return {
    waymark: own.version,
    node: process.versions.node,
    postgres: rows[0]?.version ?? '',
    fsync: rows[0]?.fsync ?? '',
    kafka: /<version>(4[^<]*)</.exec(pom)?.[1] ?? '',
  }
}

export async function write(file: string, report: Report): Promise<void> {
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
}

/** The results as lines of a table for people. */
export function table(results: readonly Result[]): string {
  const rows = results.map((result) => [
    result.id,
    `${String(result.value)} ${result.unit}`,
    cell(result.ceiling),
    cell(result.ratio),
    cell(result.floor),
    cell(result.goal),
    result.ok === null ? '–' : result.ok ? 'yes' : 'NO',
    result.measure + (result.note === undefined ? '' : ` (${result.note})`),
  ])
  const all = [['id', 'value', 'ceiling', 'ratio', 'floor', 'goal', 'ok', 'measure'], ...rows]
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? []
  return all
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

function cell(value: number | null): string {
  return value === null ? '–' : String(value)
}
