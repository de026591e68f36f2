import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { indexMemory } from '../commands/up/programs.js'
import type { Bench } from './measure.js'
import type { ResolveMeasure } from './resolve-in-process.js'
import type { Figure } from './result.js'

const run = promisify(execFile)

/**
 * P1, P11 and P12: resolving in memory on one core, what a million children take, and what a resolve costs against an
 * index of a twelfth of the children; in a program of its own, so that nothing else counts, whose heap is swept as early as
 * that of `identity`.
 */
export async function measureResolve({ sizes, seed, say }: Bench): Promise<readonly Figure[]> {
  const { indexedChildren: children, queries } = sizes
  say(`P1: ${String(children)} children are put into an index`)
  const { stdout } = await run(
    process.execPath,
    [
      ...['--expose-gc', '--max-old-space-size=8192', '--heap-growing-percent=30', process.argv[1] ?? ''],
      ...['bench', 'resolve', '--in-process', '--json'],
      ...['--children', String(children), '--queries', String(queries), '--seed', String(seed)],
    ],
    { maxBuffer: 1 << 20, env: { ...process.env, ...indexMemory } },
  )
  const found = JSON.parse(stdout) as ResolveMeasure
  const note = `${String(found.children)} children held; ${percent(found.linked)} of the known linked`
  return [
    { id: 'P1', value: found.perSecond, ceiling: found.findingPerSecond, note },
    { id: 'P1.p99', value: found.p99 / 1000, note },
    { id: 'P1r', value: found.addedPerSecond, note },
    { id: 'P11', value: found.residentPerChild, note: `${found.bytesPerChild.toFixed(0)} MB of them counted` },
    { id: 'P12', value: found.growth, note: `${String(found.children)} children against a twelfth of them` },
  ]
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
