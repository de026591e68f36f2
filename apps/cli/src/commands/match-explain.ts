import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { buildProfile, dayOneModel, type Model, type RecordDetails } from '#libs/matching'
import { compared, type Compared, type Read } from './match-compared.js'
import { inWords } from './match-words.js'

export const matchUsage = `Usage: waymark match explain --left FILE --right FILE [--model FILE] [--json]

Compares two records and says why they are, or are not, of one child: levels and weights, never values.
A record is JSON as POST /v1/resolve takes it; a model is JSON as a model's parameters are stored.`

/** A record as it stands in a file. */
interface Sent extends RecordDetails {
  readonly source?: string
  readonly recordedAt?: string
}

/** A file that is not there, or not what it should be. */
class Unreadable extends Error {}

/** Explains how two records compare. */
export async function explainMatch(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      left: { type: 'string' },
      right: { type: 'string' },
      model: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || values.left === undefined || values.right === undefined) {
    console.log(matchUsage)
    return values.help ? 0 : 2
  }
  try {
    const [left, right] = await Promise.all([readRecord(values.left), readRecord(values.right)])
    const model = values.model === undefined ? dayOneModel : await readModel(values.model)
    print(compared(left, right, model), values.json)
    return 0
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error
    console.error(`✗ ${error.message}`)
    return 2
  }
}

function print(found: Compared, isJson: boolean): void {
  console.log(isJson ? JSON.stringify(found, null, 2) : inWords(found))
}

async function readRecord(file: string): Promise<Read> {
  const sent = (await readObject(file)) as Sent
  const recordedOn = sent.recordedAt?.slice(0, 10) ?? new Date().toISOString().slice(0, 10)
  try {
    return buildProfile(sent, { source: sent.source ?? 'unknown', recordedOn })
  } catch (error) {
    if (error instanceof TypeError) throw new Unreadable(`${file} is no record: ${error.message}`)
    throw error
  }
}

async function readModel(file: string): Promise<Model> {
  const model = (await readObject(file)) as Partial<Model>
  const isWhole = model.levels && model.prior && model.gates && model.perMillion && model.normaliser !== undefined
  if (!isWhole) throw new Unreadable(`${file} is no model: levels, prior, gates, perMillion and normaliser are needed`)
  return model as Model
}

async function readObject(file: string): Promise<object> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Unreadable(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  })
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch {
    throw new Unreadable(`${file} is not JSON`)
  }
  throw new Unreadable(`${file} holds no object`)
}
