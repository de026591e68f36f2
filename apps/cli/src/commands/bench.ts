import { BenchHub } from '../bench/bench-hub.js'
import { measureDelivery } from '../bench/measure-delivery.js'
import { measureIngest } from '../bench/measure-ingest.js'
import { measureModel } from '../bench/measure-learning.js'
import { measureLog } from '../bench/measure-log.js'
import { measureMemory } from '../bench/measure-memory.js'
import { measureProof } from '../bench/measure-proof.js'
import { measureQuery } from '../bench/measure-query.js'
import { measureResolve } from '../bench/measure-resolve.js'
import { measureResolveHttp } from '../bench/measure-resolve-http.js'
import { measureStart } from '../bench/measure-start.js'
import { fullSizes, smokeSizes, type Bench, type Measure } from '../bench/measure.js'
import { readBenchOptions, type BenchOptions } from '../bench/options.js'
import { hardware, table, versions, write, type Report } from '../bench/report.js'
import { judge, type Figure } from '../bench/result.js'

/** In this order: memory after all that fills it but a million children more than the hub is measured with. */
const measures: readonly { readonly ids: readonly string[]; readonly measure: Measure }[] = [
  { ids: ['P4', 'P4g', 'P5'], measure: measureIngest },
  { ids: ['P6'], measure: measureDelivery },
  { ids: ['P7'], measure: measureQuery },
  { ids: ['P8'], measure: measureLog },
  { ids: ['P9'], measure: measureProof },
  { ids: ['P14'], measure: measureMemory },
  { ids: ['P2', 'P3'], measure: measureResolveHttp },
  { ids: ['P1', 'P11', 'P12'], measure: measureResolve },
  { ids: ['P15'], measure: measureModel },
]

/**
 * Measures a hub of its own against ceilings of the same run, and tells each figure beside its floor.
 *
 * @returns 0 when everything could be measured, whatever the figures are; 1 otherwise
 */
export async function bench(args: readonly string[]): Promise<number> {
  const options = readBenchOptions(args)
  const on = hardware()
  const hub = await BenchHub.prepare()
  const abandon = () => void hub.stop().finally(() => process.exit(1))
  process.once('SIGINT', abandon)
  process.once('SIGTERM', abandon)
  try {
    const figures = await measureAll(hub, options)
    const results = figures.map(judge)
    const report = { at: new Date().toISOString(), hardware: on, versions: await versions(await hub.databaseUrl()) }
    const whole: Report = { ...report, seed: options.seed, results }
    if (options.out !== undefined) await write(options.out, whole)
    console.log(`\n${table(results)}`)
    return 0
  } catch (error) {
    console.error(error instanceof Error ? `✗ ${error.stack ?? error.message}` : error)
    return 1
  } finally {
    await hub.stop()
    if (options.keep) say(`kept: ${hub.folder}`)
    else await hub.remove()
  }
}

async function measureAll(
  hub: BenchHub,
  { isSmoke, only, seed, held, indexed }: BenchOptions,
): Promise<readonly Figure[]> {
  const usual = isSmoke ? smokeSizes : fullSizes
  const isAsked = (ids: readonly string[]) => only === undefined || ids.some((id) => only.has(id))
  const sizes = {
    ...usual,
    heldChildren: held ?? usual.heldChildren,
    loadedChildren: isAsked(['P3']) ? usual.loadedChildren : 0,
    indexedChildren: indexed ?? usual.indexedChildren,
  }
  say(`a hub starts in ${hub.folder}`)
  const firstSeconds = await hub.start()
  const parts: Bench = { hub, sizes, seed, say }
  const figures = isAsked(['P13', 'P13r']) ? [...(await measureStart(parts, firstSeconds))] : []
  for (const { ids, measure } of measures) if (isAsked(ids)) figures.push(...(await measure(parts)))
  return figures
}

function say(line: string): void {
  console.error(`· ${line}`)
}
