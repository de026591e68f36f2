import { join } from 'node:path'
import { countFrequencies, dayOneModel, modelHash, type Model } from '#libs/matching'
import { recordColumns } from '../columns.js'
import { LivePolicy } from './live-policy.js'
import { RowFile, rowsOf } from './lines.js'
import { countPairs } from './pairs.js'
import { figuresOf, type Evaluation } from './report.js'
import { submissionOf } from './submission.js'
import { Tally } from './tally.js'
import { readTruth } from './truth.js'

/**
 * Plays the events of a generated world through the live policy, and measures what became of the children.
 *
 * @param options.isReviewed - whether reviews are answered, and rightly, before the next record arrives; otherwise they
 *   stay open for ever
 * @param options.told - called with the number of submissions decided, every ten thousand
 */
export function evaluate(
  folder: string,
  model: Model,
  options: { readonly isReviewed: boolean; readonly told?: (submissions: number) => void },
): Evaluation {
  const truth = readTruth(join(folder, 'truth.csv'))
  const records = new RowFile(join(folder, 'records.csv'), truth.person.length, recordColumns.join())
  const policy = new LivePolicy(model, truth.person.length, (record) => submissionOf(records.again(record)).profile)
  const tally = new Tally(truth, policy.childOf)
  const sealed = sealedRecords(folder)
  const seal = (record = -1): void => {
    policy.seal(record)
    tally.seal(record)
  }
  let at = 0
  for (const [, event, id = ''] of rowsOf(join(folder, 'events.csv'))) {
    if (event === 'sealed') {
      seal(sealed.get(id))
      continue
    }
    const record = at++
    if (sealed.has(id)) sealed.set(id, record)
    const reviewer = (offered: readonly number[]) => tally.answer(record, offered)
    const submission = submissionOf(records.next())
    tally.add(record, policy.submit(record, submission, options.isReviewed ? reviewer : undefined))
    if (at % 10_000 === 0) options.told?.(at)
  }
  records.close()
  const pairs = countPairs(policy.childOf, truth, (person) => tally.isSealed(person))
  return { model: modelHash(model), isReviewed: options.isReviewed, ...figuresOf(tally, pairs) }
}

/** The records by which children are sealed; their places are filled in as they arrive. */
function sealedRecords(folder: string): Map<string, number> {
  const sealed = new Map<string, number>()
  for (const [, event, id] of rowsOf(join(folder, 'events.csv')))
    if (event === 'sealed' && id !== undefined) sealed.set(id, -1)
  return sealed
}

/** How many children a world has: what a hub that is made for it is told, and nothing else of the truth. */
export function childrenIn(folder: string): number {
  return readTruth(join(folder, 'truth.csv')).origin.length
}

/**
 * The day-one model with the frequencies of the data itself: counts of values, no labels.
 *
 * @param population - children that may be on file: a parameter of the model, not a count of rows
 */
export function modelFor(folder: string, population: number): Model {
  const perMillion = countFrequencies(profilesOf(folder))
  const prior = { m: priorOf(0.9, population), s: priorOf(1.1, population) }
  return { ...dayOneModel, name: 'day-one with frequencies', prior, perMillion }
}

function priorOf(expected: number, population: number): number {
  return Math.round(1000 * Math.log2(expected / population))
}

function* profilesOf(folder: string) {
  for (const row of rowsOf(join(folder, 'records.csv'))) yield submissionOf(row).profile
}
