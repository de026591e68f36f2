import { newId, type OutboxMessage } from '#libs/postgres'
import { seal, type DataKey, type KeyRing, type ProgramKeys } from '#libs/security'
import type { KeyedHashes } from '../resolution/keyed-hashes.js'
import type { ChangedChild, ChangePlan, ChildState } from './change.js'
import { changeMessage } from './change-message.js'
import { childContentOf, type ChildContent } from './child-content.js'
import type { RecordContent, RecordContentRepository } from './record-content.repository.js'

/** Bytes sealed for one place, and the key that opens them. */
interface Sealed {
  readonly bytes: Buffer
  readonly keyId: string
}

/** A child as it stands after a change, sealed. */
export interface PreparedChild extends ChangedChild {
  readonly profiles: readonly (Sealed & {
    readonly id: string
    readonly digest: string
    readonly normaliser: string
    readonly keys: readonly string[]
  })[]
  readonly numbers: readonly (Sealed & {
    readonly id: string
    readonly system: string
    readonly blindIndex: string
    readonly status: string
    readonly verifiedBy?: string
  })[]
  readonly core?: Sealed & { readonly recordedAt: string }
  /** Bodies of records that came from another child, under the key of this one. */
  readonly bodies: readonly (Sealed & { readonly sourceRecordId: string; readonly contentHash: string })[]
}

/** A plan ready to be written. */
export interface PreparedChange {
  readonly plan: ChangePlan
  readonly children: readonly PreparedChild[]
  readonly messages: readonly OutboxMessage[]
}

/** Derives the children of a change anew from their records and seals what is to be written, before a transaction is open. */
export class PrepareChange {
  constructor(
    private readonly parts: {
      readonly keys: ProgramKeys
      readonly keyRing: KeyRing
      readonly hashes: KeyedHashes
      readonly records: RecordContentRepository
    },
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** @param states - the children of the plan as they are now */
  async prepare(
    plan: ChangePlan,
    states: readonly ChildState[],
    told: { readonly holders: readonly string[] },
  ): Promise<PreparedChange> {
    const after = recordsAfter(plan, states)
    const contents = await this.parts.records.of([...after.values()].flat())
    const children = await Promise.all(plan.children.map((child) => this.childAfter(child, plan, { after, contents })))
    const messages = await Promise.all(plan.children.map((child) => this.messageOf(child, plan, told)))
    return { plan, children, messages }
  }

  private async childAfter(
    child: ChangedChild,
    plan: ChangePlan,
    given: { after: ReadonlyMap<string, readonly string[]>; contents: ReadonlyMap<string, readonly RecordContent[]> },
  ): Promise<PreparedChild> {
    const versions = (given.after.get(child.childId) ?? []).flatMap((id) => given.contents.get(id) ?? [])
    const content = childContentOf(versions, this.parts.hashes)
    const [indexKey, own] = await Promise.all([this.indexKey(), this.keyOf(child.childId)])
    const came = new Set(plan.moves.filter(({ to }) => to === child.childId).map(({ record }) => record.sourceRecordId))
    return {
      ...child,
      profiles: content.profiles.map(({ profile, digest, strongKeys }) => {
        const id = newId()
        return { id, digest, normaliser: profile.v, keys: [...new Set(strongKeys)], ...sealed(indexKey, profile, id) }
      }),
      numbers: this.numbersOf(content, own),
      bodies: versions
        .filter(({ sourceRecordId }) => came.has(sourceRecordId))
        .map((one) => ({
          ...{ sourceRecordId: one.sourceRecordId, contentHash: one.contentHash },
          ...sealed(own, one.details, one.sourceRecordId),
        })),
      ...(content.core && {
        core: { ...sealed(own, content.core.core, child.childId), recordedAt: content.core.recordedAt },
      }),
    }
  }

  private numbersOf({ numbers }: ChildContent, own: DataKey): PreparedChild['numbers'] {
    return numbers.map(({ system, value, status, verifiedBy }) => {
      const id = newId()
      const blindIndex = this.parts.hashes.blindIndex(system, value)
      const checked = verifiedBy === undefined ? {} : { verifiedBy }
      return { id, system, blindIndex, status, ...checked, ...sealed(own, value, id) }
    })
  }

  /** One event a child, in the child's own order, tied by the change; who is who now, and nothing else of them. */
  private async messageOf(
    child: ChangedChild,
    plan: ChangePlan,
    { holders }: { readonly holders: readonly string[] },
  ): Promise<OutboxMessage> {
    const { changeId, kind } = plan
    const others = plan.children.filter(({ childId }) => childId !== child.childId)
    const told = child.part === 'kept' ? { holders } : {}
    const key = await this.keyOf(child.childId)
    const at = new Date(this.nowMs())
    return changeMessage(this.parts.keys, key, { changeId, kind, at, ...child, ...statusOf(child), others, ...told })
  }

  private keyOf(childId: string): Promise<DataKey> {
    return this.parts.keyRing.keyOf(`child:${childId}`, 'content')
  }

  private indexKey(): Promise<DataKey> {
    return this.parts.keyRing.keyOf(`index:${new Date(this.nowMs()).toISOString().slice(0, 7)}`, 'content')
  }
}

/** Which records each child has once the plan is carried out. */
function recordsAfter(plan: ChangePlan, states: readonly ChildState[]): ReadonlyMap<string, readonly string[]> {
  const moved = new Map(plan.moves.map(({ record, to }) => [record.sourceRecordId, to]))
  const after = new Map<string, string[]>(plan.children.map(({ childId }) => [childId, []]))
  for (const { childId, records } of states) {
    for (const { sourceRecordId } of records) after.get(moved.get(sourceRecordId) ?? childId)?.push(sourceRecordId)
  }
  return after
}

/** A kept child stays what it was. */
function statusOf({ part }: ChangedChild): { readonly status?: 'active' | 'withdrawn' } {
  if (part === 'kept') return {}
  return { status: part === 'joined' || part === 'closed' ? 'withdrawn' : 'active' }
}

function sealed(key: DataKey, value: unknown, place: string): Sealed {
  return { bytes: seal(key, Buffer.from(JSON.stringify(value)), place), keyId: key.id }
}
