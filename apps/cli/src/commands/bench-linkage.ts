import { writeFile } from 'node:fs/promises'
import { linkBatch, linkOnline, type Linkage, type LinkageRecords } from '#libs/matching'
import { checkOutputs } from '../linkage/check-outputs.js'
import { readHeader } from '../linkage/csv.js'
import { evaluate } from '../linkage/evaluate.js'
import { HelpingThreads } from '../linkage/helping-threads.js'
import { linkageUsage, readLinkageOptions, type LinkageOptions } from '../linkage/linkage-options.js'
import { loadRecords } from '../linkage/load-records.js'
import { findMapping, type Mapping } from '../linkage/mapping.js'
import { checkTruthSource, readTruth, type TruthSource } from '../linkage/read-truth.js'
import { linkageTable, type LinkageReport } from '../linkage/report.js'
import { Stopwatch } from '../linkage/stopwatch.js'
import { Unusable } from '../linkage/unusable.js'
import { resultHash, writeClusters, writeEdges } from '../linkage/write-linkage.js'

/** Where the report is printed, and progress and problems are told. */
interface Voice {
  readonly print: (text: string) => void
  readonly say: (text: string) => void
}

/** Fewer records are linked before a thread could help. */
const fewRecords = 3000

const aloud: Voice = { print: console.log, say: console.error }

/**
 * Links any labelled CSV file without its labels, and measures the result against them.
 *
 * @returns 0 when it could be measured, whatever the figures are; 2 for wrong use or input that cannot be used
 */
export async function benchLinkage(args: readonly string[], { print, say }: Voice = aloud): Promise<number> {
  try {
    const options = readLinkageOptions(args)
    if (options === undefined) print(linkageUsage)
    else print(linkageTable(await measure(options, say)))
    return 0
  } catch (error) {
    if (!(error instanceof Unusable)) throw error
    say(`✗ ${error.message}`)
    return 2
  }
}

async function measure(options: LinkageOptions, say: Voice['say']): Promise<LinkageReport> {
  const { out, clustersOut, edgesOut } = options
  await checkOutputs({ '--out': out, '--clusters-out': clustersOut, '--edges-out': edgesOut })
  const mapping = withId(await findMapping(options.schema, await readHeader(options.data)), options.id)
  const source = truthSource(options, mapping)
  await checkTruthSource(source)
  const watch = new Stopwatch((step) => {
    say(`· ${step}, ${(performance.now() / 1000).toFixed(0)} s`)
  })
  watch.begin('reading')
  const records = await loadRecords(options.data, mapping)
  const linkage = await link(records, options, (step) => {
    watch.begin(step)
  })
  watch.begin('writing')
  await write(options, linkage, records)
  const timing = watch.end()
  const truth = await readTruth(source, records.ids)
  const report: LinkageReport = {
    data: { records: records.count, mode: options.mode, seed: options.seed },
    ...evaluate(linkage, truth),
    ...timing,
    peakMemoryMiB: Math.round(process.resourceUsage().maxRSS / 1024),
    resultHash: resultHash(linkage, records.ids),
  }
  if (out !== undefined) await writeFile(out, `${JSON.stringify(report, null, 2)}\n`)
  return report
}

async function link(
  records: LinkageRecords,
  { mode, seed, threads }: LinkageOptions,
  progress: (step: string) => void,
): Promise<Linkage> {
  const helpers = HelpingThreads.start(records.count < fewRecords ? 0 : threads - 1)
  try {
    return await (mode === 'online' ? linkOnline : linkBatch)(records, { seed, progress, helpers })
  } finally {
    await helpers?.stop()
  }
}

async function write(
  { clustersOut, edgesOut }: LinkageOptions,
  linkage: Linkage,
  { ids }: LinkageRecords,
): Promise<void> {
  if (clustersOut !== undefined) await writeClusters(clustersOut, linkage, ids)
  if (edgesOut !== undefined) await writeEdges(edgesOut, linkage, ids)
}

function withId(mapping: Mapping, id: string | undefined): Mapping {
  return id === undefined ? mapping : { ...mapping, id }
}

function truthSource(options: LinkageOptions, { id }: Mapping): TruthSource {
  const { data, truth: column, truthPattern, truthFile } = options
  return {
    data,
    column,
    ...(truthPattern === undefined ? {} : { pattern: truthPattern }),
    ...(truthFile === undefined ? {} : { file: truthFile }),
    ...(id === undefined ? {} : { idColumn: id }),
  }
}
