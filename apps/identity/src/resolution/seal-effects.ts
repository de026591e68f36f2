import type { Profile } from '#libs/matching'
import type { OutboxMessage } from '#libs/postgres'
import { newId } from '#libs/postgres'
import { seal, signReceipt, type DataKey, type KeyRing, type ProgramKeys } from '#libs/security'
import { changeMessage } from '../change/change-message.js'
import type { Effects } from './effects.js'
import type { KeyedHashes } from './keyed-hashes.js'

/** Bytes sealed for one place, and the key that opens them. */
interface Sealed {
  readonly bytes: Buffer
  readonly keyId: string
}

/** Effects whose personal data are sealed, ready to be written. */
export interface SealedEffects {
  readonly plain: Effects
  readonly profiles: ReadonlyMap<string, Sealed>
  readonly versions: readonly Sealed[]
  readonly cores: ReadonlyMap<string, Sealed>
  readonly identifiers: readonly (Sealed & { readonly id: string; readonly blindIndex: string })[]
  readonly messages: readonly OutboxMessage[]
  /** Of each decision, by its id: a detached JWS. */
  readonly signatures: ReadonlyMap<string, string>
}

/** Seals what a plan writes: evidence under this service's index key of the month, everything else under the child's own. */
export class SealEffects {
  constructor(
    private readonly keys: ProgramKeys,
    private readonly hashes: KeyedHashes,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** @param keyRing - of the transaction that will write them: keys are made with what they seal */
  async seal(effects: Effects, keyRing: KeyRing): Promise<SealedEffects> {
    const [indexKey, contentKeys] = await this.keysFor(effects, keyRing)
    const ofChild = (childId: string): DataKey => {
      const key = contentKeys.get(childId)
      if (!key) throw new Error('The key of a child was not claimed')
      return key
    }
    return {
      plain: effects,
      profiles: new Map(
        effects.profiles.map(({ profileId, profile }) => [profileId, sealedProfile(indexKey, profile, profileId)]),
      ),
      versions: effects.versions.map(({ childId, details, sourceRecordId }) =>
        sealed(ofChild(childId), details, sourceRecordId),
      ),
      cores: new Map(
        [...effects.cores].map(([childId, { core }]) => [childId, sealed(ofChild(childId), core, childId)]),
      ),
      identifiers: effects.identifiers.map(({ childId, system, value }) => {
        const id = newId()
        return { id, blindIndex: this.hashes.blindIndex(system, value), ...sealed(ofChild(childId), value, id) }
      }),
      messages: changesOf(effects).map((change) =>
        changeMessage(this.keys, ofChild(change.childId), { changeId: newId(), at: new Date(this.nowMs()), ...change }),
      ),
      signatures: new Map(effects.decisions.map((decision) => [decision.decisionId, this.signed(decision)])),
    }
  }

  /** Binds a decision to what was decided, on what, and by which model. */
  private signed({ decisionId, explanation, inputs }: Effects['decisions'][number]): string {
    return signReceipt(this.keys, { decisionId, explanation, inputs })
  }

  private async keysFor(effects: Effects, keyRing: KeyRing): Promise<readonly [DataKey, ReadonlyMap<string, DataKey>]> {
    const ids = new Set([
      ...effects.versions.map(({ childId }) => childId),
      ...effects.changes.map(({ childId }) => childId),
      ...effects.cores.keys(),
      ...effects.touched,
    ])
    const [indexKey, ...keys] = await Promise.all([
      indexKeyOf(keyRing, this.nowMs()),
      ...[...ids].map(async (childId) => [childId, await keyRing.keyOf(`child:${childId}`, 'content')] as const),
    ])
    return [indexKey, new Map(keys)]
  }
}

function changesOf({ changes, touched }: Effects): Effects['changes'] {
  const told = new Set(changes.map(({ childId }) => childId))
  const grown = [...touched].filter((childId) => !told.has(childId))
  return [...changes, ...grown.map((childId) => ({ childId, kind: 'identifier-changed' as const }))]
}

/** The key of the month, under which profiles are sealed. */
export function indexKeyOf(keyRing: KeyRing, nowMs: number): Promise<DataKey> {
  return keyRing.keyOf(`index:${new Date(nowMs).toISOString().slice(0, 7)}`, 'content')
}

/** A profile as it is stored. */
export function sealedProfile(indexKey: DataKey, profile: Profile, profileId: string): Sealed {
  return sealed(indexKey, withoutEmpty(profile), profileId)
}

/** What a profile does not say is filled in when it is read. */
function withoutEmpty(profile: Profile): Partial<Profile> {
  return Object.fromEntries(
    Object.entries(profile).filter(([, value]) => !(Array.isArray(value) && value.length === 0)),
  )
}

function sealed(key: DataKey, value: unknown, place: string): Sealed {
  return { bytes: seal(key, Buffer.from(JSON.stringify(value)), place), keyId: key.id }
}
