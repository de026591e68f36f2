import { isRefusedData } from '#libs/postgres'
import type { IdentifierRepository } from '../child/identifier.repository.js'
import type { ChildIdentifier } from '../child/identifier.repository.js'
import type { KeyedHashes } from './keyed-hashes.js'
import { isRefused, shut, type Outcome } from './plan-resolution.js'
import { prepareSubmission } from './prepare-submission.js'
import { readEventChild, shownUci, type EventChild, type ReadSubmission } from './read-child-reference.js'
import type { ResolveChildren } from './resolve-children.js'

/** The child of one event, to be found or registered. */
export type EventItem = EventChild & { readonly key: string; readonly purpose: string }

export type EventAnswer =
  | {
      readonly key: string
      readonly outcome: 'resolved'
      readonly childId: string
      /** As it is shown outside; absent while too little is known for one. */
      readonly uci?: string
      readonly status: 'active' | 'provisional'
      readonly identifiers: readonly ChildIdentifier[]
    }
  | { readonly key: string; readonly outcome: 'refused'; readonly code: string; readonly pointer: string }

/** Finds the children that events are about: many at once, in order, the known ones by one question. */
export class AnswerEvents {
  constructor(
    private readonly children: ResolveChildren,
    private readonly identifiers: IdentifierRepository,
    private readonly hashes: KeyedHashes,
    private readonly options: { readonly isProduction: boolean },
  ) {}

  /**
   * One answer an item, in order. Where one item holds what cannot be stored, its halves are answered one after the other
   * until it stands alone: an agency whose event could never be answered would wait behind it for ever, and so would others.
   */
  async answer(items: readonly EventItem[]): Promise<readonly EventAnswer[]> {
    try {
      return await this.answerTogether(items)
    } catch (error) {
      if (!isRefusedData(error) && !(error instanceof RangeError)) throw error
    }
    const [only] = items
    if (items.length === 1 && only) return [{ key: only.key, ...notStorable }]
    const middle = Math.ceil(items.length / 2)
    return [...(await this.answer(items.slice(0, middle))), ...(await this.answer(items.slice(middle)))]
  }

  private async answerTogether(items: readonly EventItem[]): Promise<readonly EventAnswer[]> {
    const allowReserved = !this.options.isProduction
    const nowMs = Date.now()
    const read = items.map((item) => readEventChild(item, { allowReserved, nowMs }))
    const prepared = read.flatMap((one) => (one.ok ? [prepareSubmission(one.submission, this.hashes)] : []))
    const outcomes = await this.children.resolveEach(prepared, {})
    const children = outcomes.flatMap((outcome) => (isRefused(outcome) ? [] : [outcome]))
    const identifiers = await this.identifiers.ofChildren(children)
    const answers = outcomes.map((outcome) => answerOf(outcome, identifiers))
    return items.map(({ key }, at) => ({ key, ...(refusalIn(read[at]) ?? answers[orderOf(read, at)]) }) as EventAnswer)
  }
}

const notStorable = { outcome: 'refused', code: 'INTERNAL_SERVER_ERROR', pointer: '#/data/child' } as const

/** A child whose numbers cannot be opened is answered as one of which nothing can be written: none is never told for unknown. */
function answerOf(outcome: Outcome, known: ReadonlyMap<string, readonly ChildIdentifier[]>) {
  if (isRefused(outcome)) return refusedBy(outcome)
  const { childId, uci, status } = outcome
  const identifiers = known.get(childId)
  if (!identifiers) return refusedBy(shut())
  return { outcome: 'resolved' as const, childId, ...shownUci(uci), status, identifiers }
}

function refusedBy({ refused: { code } }: ReturnType<typeof shut>) {
  return { outcome: 'refused' as const, code, pointer: '#/data/child' }
}

function refusalIn(read: ReadSubmission | undefined) {
  return read?.ok === false ? { outcome: 'refused' as const, code: read.code, pointer: read.pointer } : undefined
}

/** Which of the readable items this one is. */
function orderOf(read: readonly ReadSubmission[], at: number): number {
  return read.slice(0, at).filter(({ ok }) => ok).length
}
