import type { Accuracy, EdgeAccuracy, Evaluation } from './evaluate.js'
import type { Timing } from './stopwatch.js'

/** What `--out` holds. */
export interface LinkageReport extends Evaluation, Timing {
  readonly data: { readonly records: number; readonly mode: string; readonly seed: number }
  readonly peakMemoryMiB: number
  /** SHA-256 of the partition. */
  readonly resultHash: string
}

/** The report as lines for people. */
export function linkageTable(report: LinkageReport): string {
  const { data } = report
  const lines: readonly (readonly [string, string])[] = [
    ['records, true pairs', `${data.records}, ${report.truePairs} (${data.mode}, seed ${data.seed})`],
    ['pairs completeness', `${digits(report.pairsCompleteness)} (${report.candidatesPerRecord.toFixed(1)} a record)`],
    ['reduction ratio', report.reductionRatio.toFixed(6)],
    ['edges p >= .95, retrieved', edges(report.edgesRetrieved)],
    ['edges p >= .95, with clusters', edges(report.edgesWithClusters)],
    ['clusters, pairwise', accuracy(report.clustersPairwise)],
    ['clusters, B-cubed', accuracy(report.clustersBCubed)],
    ['calibration error (ECE)', digits(report.calibrationError)],
    ['time', `${report.seconds.toFixed(1)} s (processor ${report.processorSeconds.toFixed(1)} s)`],
    ['peak memory', `${report.peakMemoryMiB} MiB`],
    ['result', report.resultHash],
  ]
  return lines.map(([name, value]) => `${name.padEnd(30)}${value}`).join('\n')
}

function edges(found: EdgeAccuracy): string {
  return `${accuracy(found)}, ${found.falseEdges} false (${found.falsePer1000Records.toFixed(2)} per 1,000 records)`
}

function accuracy({ precision, recall, f1 }: Accuracy): string {
  return `P ${digits(precision)}, R ${digits(recall)}, F1 ${digits(f1)}`
}

function digits(value: number): string {
  return value.toFixed(4)
}
