/** What can become of children; each kind but `withdrawn` is told to those who hold them. */
type ChangeKind = 'merged' | 'superseded' | 'split' | 'mislinked' | 'withdrawn'

/** What a change makes of one child. */
type ChangePart = 'kept' | 'joined' | 'new' | 'revived' | 'closed'

/** A record as it is linked now. */
export interface LinkedRecord {
  readonly sourceRecordId: string
  readonly linkId: string
  /** Hex. */
  readonly recordKey: string
  /** The agency whose record it is. */
  readonly source: string
}

/** A child as a change finds it. */
export interface ChildState {
  readonly childId: string
  readonly uci?: string
  readonly status: 'active' | 'provisional' | 'withdrawn'
  readonly createdAt: Date
  /** How many of its current identifiers somebody checked with their register. */
  readonly verified: number
  readonly isProtected: boolean
  readonly records: readonly LinkedRecord[]
}

/** A child that takes part in a change, as it is afterwards. */
export interface ChangedChild {
  readonly childId: string
  readonly uci?: string
  readonly part: ChangePart
}

/** What is to be done, decided and not yet written. */
export interface ChangePlan {
  readonly changeId: string
  readonly kind: ChangeKind
  /** The change that this one takes back. */
  readonly undoes?: string
  /** The kept child first. */
  readonly children: readonly ChangedChild[]
  readonly moves: readonly { readonly record: LinkedRecord; readonly from: string; readonly to: string }[]
}

/** Why a change cannot be made. */
export type Impossible = 'same-child' | 'closed' | 'nothing-to-move' | 'nothing-left'

export type Planned =
  { readonly ok: true; readonly plan: ChangePlan } | { readonly ok: false; readonly because: Impossible }

/**
 * Which of two children survives a merge: an active one before a provisional one, then the larger verified core, then the
 * older one.
 *
 * @see identity.md §8
 */
function survivorFirst(one: ChildState, two: ChildState): readonly [ChildState, ChildState] {
  const order =
    Number(two.status === 'active') - Number(one.status === 'active') ||
    two.verified - one.verified ||
    one.createdAt.getTime() - two.createdAt.getTime() ||
    (one.childId < two.childId ? -1 : 1)
  return order <= 0 ? [one, two] : [two, one]
}

/** Joins two children: all records of the one go to the other, whose identifier stays. */
export function planMerge(changeId: string, one: ChildState, two: ChildState): Planned {
  if (one.childId === two.childId) return { ok: false, because: 'same-child' }
  if (one.status === 'withdrawn' || two.status === 'withdrawn') return { ok: false, because: 'closed' }
  const [kept, joined] = survivorFirst(one, two)
  // A provisional child was never more than a question: its identifier is replaced, not merged.
  const kind = joined.status === 'provisional' ? 'superseded' : 'merged'
  return { ok: true, plan: { changeId, kind, ...joining(kept, joined) } }
}

/** Parts records from a child; they become a child of their own. */
export function planSplit(
  changeId: string,
  child: ChildState,
  apart: { readonly leaving: ReadonlySet<string>; readonly isMislink: boolean; readonly newChild: NewChild },
): Planned {
  if (child.status === 'withdrawn') return { ok: false, because: 'closed' }
  const leaving = child.records.filter(({ sourceRecordId }) => apart.leaving.has(sourceRecordId))
  if (leaving.length === 0) return { ok: false, because: 'nothing-to-move' }
  if (leaving.length === child.records.length) return { ok: false, because: 'nothing-left' }
  const { newChild, isMislink } = apart
  return {
    ok: true,
    plan: {
      changeId,
      kind: isMislink ? 'mislinked' : 'split',
      children: [part(child, 'kept'), { ...newChild, part: 'new' }],
      moves: leaving.map((record) => ({ record, from: child.childId, to: newChild.childId })),
    },
  }
}

/** A child that a split makes. */
export interface NewChild {
  readonly childId: string
  readonly uci: string
}

/** A change as it stands in the history: what it moved, and what it made of whom. */
export interface PastChange {
  readonly changeId: string
  readonly kind: ChangeKind
  readonly children: readonly { readonly childId: string; readonly part: ChangePart }[]
  readonly moved: readonly { readonly sourceRecordId: string; readonly from: string; readonly to: string }[]
}

/**
 * Takes a change back: records it moved return to where they were, those that came since stay. A child it closed lives
 * again under its identifier; one it made is joined to what it came from.
 *
 * @param states - the children of the change, and those its records are with today
 */
export function planUndo(changeId: string, past: PastChange, states: readonly ChildState[]): Planned {
  const made = past.children.find(({ part: is }) => is === 'new')
  if (made) return planReunion(changeId, past, states)
  const closed = states.find(({ childId }) =>
    past.children.some((one) => one.childId === childId && one.part === 'joined'),
  )
  if (closed?.status !== 'withdrawn') return { ok: false, because: 'closed' }
  const back = new Set(past.moved.map(({ sourceRecordId }) => sourceRecordId))
  const holders = states.filter(({ childId, records }) => childId !== closed.childId && records.some(isIn(back)))
  const [kept] = holders
  if (!kept) return { ok: false, because: 'nothing-to-move' }
  const moves = holders.flatMap(({ childId, records }) =>
    records.filter(isIn(back)).map((record) => ({ record, from: childId, to: closed.childId })),
  )
  const children = [...holders.map((holder) => part(holder, 'kept')), part(closed, 'revived')]
  return { ok: true, plan: { changeId, kind: 'split', undoes: past.changeId, children, moves } }
}

function planReunion(changeId: string, past: PastChange, states: readonly ChildState[]): Planned {
  const stateOf = (is: ChangePart) =>
    states.find(({ childId }) => past.children.some((one) => one.childId === childId && one.part === is))
  const [kept, made] = [stateOf('kept'), stateOf('new')]
  if (!kept || !made || kept.status === 'withdrawn' || made.status === 'withdrawn')
    return { ok: false, because: 'closed' }
  return { ok: true, plan: { changeId, kind: 'merged', undoes: past.changeId, ...joining(kept, made) } }
}

function joining(kept: ChildState, joined: ChildState): Pick<ChangePlan, 'children' | 'moves'> {
  return {
    children: [part(kept, 'kept'), part(joined, 'joined')],
    moves: joined.records.map((record) => ({ record, from: joined.childId, to: kept.childId })),
  }
}

function part({ childId, uci }: ChildState, is: ChangePart): ChangedChild {
  return { childId, part: is, ...(uci !== undefined && { uci }) }
}

function isIn(ids: ReadonlySet<string>) {
  return ({ sourceRecordId }: LinkedRecord): boolean => ids.has(sourceRecordId)
}
