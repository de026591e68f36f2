import { formatUci } from '#libs/identifiers'
import { calibratedClasses, type Explanation, type Model } from '#libs/matching'
import type { Caller } from '#libs/security'
import { Problem, type FieldFault } from '#libs/service'
import { canonicalJson } from '#libs/tlog'
import type { FindChild } from '../resolution/find-child.js'
import type { LiveIndex } from '../resolution/resolve-children.js'
import type { ResolveRequest } from '../resolution/read-resolve-request.js'
import { readSubmission, refuseInsufficient } from '../resolution/read-submission.js'
import type { Submission } from '../resolution/submission.js'
import type { ModelsOnFile, StewardDesk } from './steward-desk.js'

/** A record, and by what it is to be judged: weights of levels, in milli-bits, or a model on file. */
export interface WhatIfQuestion {
  readonly record: ResolveRequest
  readonly modelHash?: string
  readonly weights?: Readonly<Record<string, Readonly<Record<string, { readonly m: number; readonly s: number }>>>>
}

export interface WhatIfAnswer {
  readonly outcome: 'link' | 'register' | 'review'
  /** Children in reach, the likeliest first, by UCI. */
  readonly candidates: readonly { readonly uci?: string; readonly same: number; readonly sibling: number }[]
  readonly explanation: Explanation
  readonly accessReceipt: object
}

/** What asking stands on. */
export interface WhatIfParts {
  readonly find: FindChild
  readonly index: LiveIndex
  readonly models: ModelsOnFile
  readonly desk: StewardDesk
  readonly isProduction: boolean
}

/** Says what would become of a record by other weights or another model; writes nothing but that it was asked. */
export class WhatIf {
  constructor(private readonly parts: WhatIfParts) {}

  async ask(caller: Caller, question: WhatIfQuestion): Promise<WhatIfAnswer> {
    const { permit } = await this.parts.desk.admit(caller, 'whatIf')
    const model = await this.modelFor(question)
    const submission = supposed(caller, question.record, this.parts)
    const { judgement, known } = await this.parts.find.compare(submission, model)
    const children = judgement.ranked.flatMap(({ personId }) => known.child(personId) ?? [])
    const [accessReceipt] = await this.parts.desk.record(caller, {
      ...{ action: 'whatIf', permit, childIds: children.map(({ childId }) => childId) },
      asked: `what-if ${canonicalJson({ details: submission.details, model: question.modelHash })}`,
    })
    if (!accessReceipt) throw new Error('Asking leaves a record')
    return {
      outcome: judgement.outcome,
      candidates: judgement.ranked.map(({ personId, classes }) => ({
        ...ucisOf(known.child(personId)?.uci),
        ...inThousandths(calibratedClasses(classes, model, judgement.explanation.calibratedBy)),
      })),
      explanation: judgement.explanation,
      accessReceipt,
    }
  }

  private async modelFor({ modelHash, weights }: WhatIfQuestion): Promise<Model> {
    const base = modelHash === undefined ? this.parts.index.model : await this.parts.models.byHash(modelHash)
    if (!base) throw new Problem('NOT_FOUND')
    return weights ? withWeights(base, weights) : base
  }
}

/**
 * The record as its agency would send it: by that agency's weights and overrides it is judged. Who asks is a steward still, from
 * whom hidden children stay hidden.
 *
 * @throws Problem as `readSubmission` and `refuseInsufficient` do, with pointers into the question
 */
function supposed(
  caller: Caller,
  record: ResolveRequest,
  { isProduction }: Pick<WhatIfParts, 'isProduction'>,
): Submission {
  const [, agencyId = caller.agencyId] =
    /^urn:waymark:agency:([a-z][A-Za-z0-9-]{2,39})$/.exec(record.source ?? '') ?? []
  try {
    const { submission } = readSubmission({ ...caller, agencyId }, record, { isProduction })
    refuseInsufficient(submission)
    return submission
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const errors = error.errors.map((fault) => ({ ...fault, pointer: fault.pointer.replace('#', '#/record') }))
    throw new Problem(error.code, undefined, { errors })
  }
}

function inThousandths({ same, sibling }: { readonly same: number; readonly sibling: number }) {
  return { same: Math.round(same * 1000), sibling: Math.round(sibling * 1000) }
}

function ucisOf(uci: string | undefined): { readonly uci?: string } {
  return uci === undefined ? {} : { uci: formatUci(uci) }
}

/** @throws Problem 422 `SCHEMA_INVALID` for a comparison or level that the model does not have */
function withWeights(model: Model, weights: NonNullable<WhatIfQuestion['weights']>): Model {
  const levels = model.levels as Readonly<Record<string, Readonly<Record<string, object>>>>
  const entries = Object.entries(weights).flatMap(([comparison, own]) =>
    Object.entries(own).map(([level, weight]) => ({ comparison, level, weight })),
  )
  const errors: FieldFault[] = entries
    .filter(
      ({ comparison, level }) => !Object.hasOwn(levels, comparison) || !Object.hasOwn(levels[comparison] ?? {}, level),
    )
    .map(({ comparison, level }) => ({ pointer: `#/weights/${comparison}/${level}`, code: 'FIELD_UNKNOWN' }))
  if (errors.length > 0) throw new Problem('SCHEMA_INVALID', undefined, { errors })
  const edited = Object.fromEntries(
    Object.entries(levels).map(([comparison, own]) => [comparison, mergedLevels(own, weights[comparison] ?? {})]),
  )
  return { ...model, name: `${model.name}, edited`, levels: edited as unknown as Model['levels'] }
}

function mergedLevels(own: Readonly<Record<string, object>>, edits: Readonly<Record<string, object>>): object {
  return Object.fromEntries(Object.entries(own).map(([level, weight]) => [level, { ...weight, ...edits[level] }]))
}
