import { readUci } from '#libs/identifiers'
import type { Explanation, Model, Profile } from '#libs/matching'
import { addToOutbox, newId } from '#libs/postgres'
import type { Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { ChildState } from '../change/change.js'
import type { ChangeRepository } from '../change/change.repository.js'
import { divideRecords, type ApartPair } from '../change/divide-records.js'
import type { RecordContent, RecordContentRepository } from '../change/record-content.repository.js'
import { profilesOf, scoreGroups, weighRecords } from '../change/score-children.js'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { Worked } from './claim-review.js'
import type { ReasonSeal } from './reason-seal.js'
import type { Desk } from './review-desk.js'
import type { Proposal, Side } from './review.repository.js'
import type { ReviewKind } from './review.js'
import type { ShowParts, ShowReviews } from './show-reviews.js'

/** What proposing stands on. */
export interface ProposeParts extends ShowParts {
  readonly showing: ShowReviews
  readonly changes: ChangeRepository
  readonly records: RecordContentRepository
  readonly reasons: ReasonSeal
  readonly hashes: KeyedHashes
  /** The model that is active now. */
  readonly model: () => Model
  /** Outside production, identifiers reserved for tests are read. */
  readonly isProduction: boolean
}

/** A child whose records are to be parted. */
interface ProposedSplit {
  readonly uci: string
  readonly apart: readonly ApartPair[]
  readonly reason: string
}

/** An override as a steward proposes it. */
export interface ProposedOverride {
  readonly kind: 'must-link' | 'cannot-link'
  readonly left: string
  readonly right: string
  readonly scope: string
  readonly reason: string
  readonly expiresAt?: string
}

interface Proposed {
  readonly kind: ReviewKind
  readonly childId: string
  readonly otherIds: readonly string[]
  readonly proposal: Proposal
  readonly sides: readonly Side[]
  /** The proposer's own word, which is the first of two. */
  readonly answer: 'same' | 'different'
  readonly reason: string
}

type Versions = ReadonlyMap<string, readonly RecordContent[]>

/**
 * Opens a review on a steward's own motion. Proposing is the first answer; another person must come to the same, without
 * seeing it.
 */
export class ProposeChange {
  constructor(private readonly parts: ProposeParts) {}

  async merge(caller: Caller, given: { left: string; right: string; reason: string }): Promise<Worked> {
    const desk = await this.parts.desk.admit(caller, 'proposeChange')
    return this.attempt(desk, [given.left, given.right], {
      childOf: this.childOf,
      work: () => this.mergeAs(desk, given),
    })
  }

  private async mergeAs(desk: Desk, given: { left: string; right: string; reason: string }): Promise<Worked> {
    const [left, right] = await this.children(desk, [given.left, given.right])
    if (!left || !right || left.childId === right.childId) throw new Problem('CHANGE_IMPOSSIBLE')
    const sides = [left, right].map(sideOf)
    const what = { kind: 'merge', childId: left.childId, otherIds: [right.childId], proposal: { do: 'merge' } } as const
    return this.open(desk, { ...what, sides, answer: 'same', reason: given.reason })
  }

  /** Divides a child's records without the links that are wrong; the larger verified core keeps the identifier. */
  async split(caller: Caller, given: ProposedSplit): Promise<Worked> {
    const desk = await this.parts.desk.admit(caller, 'proposeChange')
    return this.attempt(desk, [given.uci], { childOf: this.childOf, work: () => this.splitAs(desk, given) })
  }

  private async splitAs(desk: Desk, given: ProposedSplit): Promise<Worked> {
    const [child] = await this.children(desk, [given.uci])
    const ids = child?.records.map(({ sourceRecordId }) => sourceRecordId) ?? []
    if (!child || given.apart.some(({ left, right }) => !ids.includes(left) || !ids.includes(right)))
      throw new Problem('NOT_FOUND')
    const versions = await this.parts.records.of(ids)
    const groups = divideRecords(ids, given.apart, await this.weigh(ids, versions))
    if (!groups) throw new Problem('CHANGE_IMPOSSIBLE')
    const [kept, leaving] = largerCoreFirst(groups, versions)
    const side = { childId: child.childId, ...(child.uci !== undefined && { uci: child.uci }) }
    return this.open(desk, {
      ...{ kind: 'split', childId: child.childId, otherIds: [child.childId] },
      proposal: { do: 'split', leaving, isMislink: false },
      sides: [
        { ...side, records: kept },
        { ...side, records: leaving },
      ],
      ...{ answer: 'different', reason: given.reason },
    })
  }

  private async weigh(ids: readonly string[], versions: Versions): Promise<(one: string, two: string) => number> {
    const profiles = new Map<string, readonly Profile[]>()
    for (const id of ids) profiles.set(id, await profilesOf(versions.get(id) ?? [], this.parts.hashes))
    return weighRecords(profiles, this.parts.model())
  }

  async override(caller: Caller, given: ProposedOverride): Promise<Worked> {
    const desk = await this.parts.desk.admit(caller, 'proposeChange')
    const childOf = async (record: string) => (await this.parts.changes.childrenOf([record]))[0]
    return this.attempt(desk, [given.left, given.right], { childOf, work: () => this.overrideAs(desk, given) })
  }

  private async overrideAs(desk: Desk, given: ProposedOverride): Promise<Worked> {
    const { kind, left, right, scope, expiresAt, reason } = given
    const [one, two] = await this.parts.changes.childrenOf([left, right])
    if (one === undefined || two === undefined || left === right) throw new Problem('NOT_FOUND')
    const states = await this.visible(desk, [one, two])
    await this.requireEffect(given)
    const sides = [
      { record: left, childId: one },
      { record: right, childId: two },
    ].map(({ record, childId }) => {
      const uci = states.find((state) => state.childId === childId)?.uci
      return { childId, records: [record], ...(uci !== undefined && { uci }) }
    })
    const proposal = {
      do: 'override',
      kind,
      left,
      right,
      scope,
      ...(expiresAt !== undefined && { expiresAt }),
    } as const
    const answer = kind === 'must-link' ? 'same' : 'different'
    return this.open(desk, { kind: 'override', childId: one, otherIds: [two], proposal, sides, answer, reason })
  }

  /** An override that says nothing of its own two records, or that has ended, would be carried out beyond its bounds. */
  private async requireEffect({ left, right, scope, expiresAt }: ProposedOverride): Promise<void> {
    const said = [...(await this.parts.records.of([left, right])).values()].flat()
    const systems = said.flatMap(({ details }) => details.identifiers ?? []).map(({ system }) => `system:${system}`)
    const scopes = ['all', ...said.map(({ source }) => `agency:${source}`), ...systems]
    if (!scopes.includes(scope)) throw outOfBounds('scope')
    if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) throw outOfBounds('expiresAt')
  }

  /** @param childOf - whom each is or is of that was named, whichever desk's */
  private attempt(
    desk: Desk,
    named: readonly string[],
    { childOf, work }: { childOf: (name: string) => Promise<string | undefined>; work: () => Promise<Worked> },
  ): Promise<Worked> {
    const about = () => Promise.all([...new Set(named)].map(childOf))
    return this.parts.desk.attempt(desk, { action: 'proposeChange', asked: `propose ${named.join(' ')}`, about }, work)
  }

  private readonly childOf = async (text: string): Promise<string | undefined> => {
    const read = readUci(text, { allowReserved: !this.parts.isProduction })
    if (!read.ok)
      throw new Problem('IDENTIFIER_INVALID', undefined, { errors: [{ pointer: '#/input', code: read.code }] })
    return this.parts.changes.ofUci(read.uci)
  }

  /** Children by identifier; one that is not there, and another desk's, are alike not found. */
  private async children(desk: Desk, ucis: readonly string[]): Promise<readonly (ChildState | undefined)[]> {
    const ids = await Promise.all(ucis.map(this.childOf))
    if (ids.includes(undefined)) throw new Problem('NOT_FOUND')
    const states = await this.visible(
      desk,
      ids.filter((id) => id !== undefined),
    )
    return ids.map((id) => states.find(({ childId }) => childId === id))
  }

  private async visible(desk: Desk, childIds: readonly string[]): Promise<readonly ChildState[]> {
    const states = await this.parts.changes.states([...new Set(childIds)])
    if (states.some(({ isProtected }) => isProtected) !== desk.isGuardian) throw new Problem('NOT_FOUND')
    return states
  }

  private async open(desk: Desk, given: Proposed): Promise<Worked> {
    const { database, reviews, desk: desks, showing, reasons } = this.parts
    const [id, decisionId] = [newId(), newId()]
    const explanation = await this.explain(given)
    const reason = await reasons.seal(id, given.reason)
    const records = await desks.records(
      desk,
      'proposeChange',
      given.sides.map(({ childId }) => childId),
      { review: id, kind: given.kind },
    )
    await database.transaction(async (tx) => {
      await reviews.explain(tx, decisionId, explanation)
      const { kind, childId, otherIds, proposal, sides, answer } = given
      await reviews.open(tx, {
        ...{ id, kind, state: 'second', childId, otherIds, decisionId, needsSecond: true, proposal, sides },
      })
      const sameAs = kind === 'merge' ? otherIds[0] : undefined
      await reviews.keepAnswer(
        tx,
        { id, round: 1 },
        {
          ...{ stage: 'first', by: desk.person, answer, reason, ...(sameAs !== undefined && { sameAs }) },
        },
      )
      await addToOutbox(
        tx,
        'identity',
        records.map(({ message }) => message),
      )
    })
    const shown = await showing.open(desk, await showing.find(desk, id), given.sides)
    return { shown, receipts: records.map(({ receipt }) => receipt) }
  }

  private async explain({ sides, childId }: Proposed): Promise<Explanation> {
    const versions = await this.parts.records.of(sides.flatMap(({ records }) => records))
    const [left, right] = await Promise.all(
      sides.map(({ records }) =>
        profilesOf(
          records.flatMap((id) => versions.get(id) ?? []),
          this.parts.hashes,
        ),
      ),
    )
    const scored = await scoreGroups(left ?? [], right ?? [], { personId: childId, model: this.parts.model() })
    return scored?.explanation ?? { modelHash: '', normaliser: '', outcome: 'review', why: [], whyNot: [] }
  }
}

function outOfBounds(field: string): Problem {
  return new Problem('SCHEMA_INVALID', undefined, { errors: [{ pointer: `#/input/${field}`, code: 'FIELD_VALUE' }] })
}

function sideOf({ childId, uci, records }: ChildState): Side {
  return { childId, records: records.map(({ sourceRecordId }) => sourceRecordId), ...(uci !== undefined && { uci }) }
}

/** More verified numbers, then more records, then the older first record. */
function largerCoreFirst([one, two]: readonly [readonly string[], readonly string[]], versions: Versions) {
  const verified = (ids: readonly string[]) =>
    new Set(
      ids
        .flatMap((id) => versions.get(id) ?? [])
        .flatMap(({ details }) => details.identifiers ?? [])
        .filter((given) => given.verified === true)
        .map(({ system, value }) => `${system} ${value}`),
    ).size
  const order = verified(two) - verified(one) || two.length - one.length || ((one[0] ?? '') < (two[0] ?? '') ? -1 : 1)
  return order <= 0 ? ([one, two] as const) : ([two, one] as const)
}
