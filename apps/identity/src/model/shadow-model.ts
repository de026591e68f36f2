import { modelHash, type Model } from '#libs/matching'
import { judgeRecord, type Judgement } from '../resolution/judge-record.js'
import type { Judged } from '../resolution/plan-resolution.js'
import type { Onlooker } from '../resolution/resolve-children.js'
import type { Flip, ModelRepository } from './model.repository.js'
import { nameOriginOf } from './name-origin.js'

/** Judgements that wait to be shown to the shadow; under a flood those beyond are not, and answers do not wait. */
const waitingAtMost = 10_000
const judgedAtOnce = 8

/** Asks the shadow model what it would have decided of live traffic, after the answer is out. */
export class ShadowModel implements Onlooker {
  private model: Model | undefined
  private readonly waiting: Judged[] = []
  private working: Promise<void> | undefined

  constructor(private readonly models: Pick<ModelRepository, 'addFlips'>) {}

  /** From now on asks this model; nothing, and nobody is asked. */
  become(model: Model | undefined): void {
    this.model = model
  }

  look(judged: readonly Judged[]): void {
    if (!this.model || this.waiting.length + judged.length > waitingAtMost) return
    this.waiting.push(...judged)
    this.working ??= this.work().finally(() => {
      this.working = undefined
    })
  }

  /** Waits until everything shown so far is on file. */
  async settled(): Promise<void> {
    while (this.working) await this.working
  }

  private async work(): Promise<void> {
    while (this.waiting.length > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      const some = this.waiting.splice(0, judgedAtOnce)
      const { model } = this
      if (!model) continue
      const flips = some.flatMap((judged) => flipOf(judged, model))
      await this.models.addFlips(modelHash(model), some.length, flips).catch(() => undefined) // counts are not worth an answer
    }
  }
}

function flipOf({ decisionId, submission, profile, candidates, judgement }: Judged, model: Model): readonly Flip[] {
  const other = judgeRecord(profile, candidates, submission, model)
  if (told(other) === told(judgement)) return []
  const [best] = judgement.ranked
  return [
    {
      ...{ decisionId, outcome: judgement.outcome, shadowOutcome: other.outcome, likeliest: likeliestOf(judgement) },
      ...{ source: submission.agencyId, childId: best?.personId, nameOrigin: nameOriginOf(profile) },
    },
  ]
}

/** Two outcomes are one if the same child comes of them. */
function told(judgement: Judgement): string {
  return judgement.outcome === 'link' ? `link ${judgement.childId}` : judgement.outcome
}

function likeliestOf({ ranked: [best] }: Judgement): string {
  if (!best) return 'unrelated'
  const [first] = Object.entries(best.classes).sort(([, one], [, two]) => two - one)
  return first?.[0] ?? 'unrelated'
}
