import { addToOutbox, newId, type Database, type OutboxMessage, type Sql } from '#libs/postgres'
import type { Caller, KeyRing, ProgramKeys } from '#libs/security'
import { Problem } from '#libs/service'
import { changeMessage } from '../change/change-message.js'
import type { ChangePlan } from '../change/change.js'
import type { PrepareChange, PreparedChange } from '../change/prepare-change.js'
import type { RecordContentRepository } from '../change/record-content.repository.js'
import { writeChange } from '../change/write-change.repository.js'
import { refuse } from '../protection/lift-protection.js'
import type { ProtectionRepository } from '../protection/protection.repository.js'
import type { GuardianOffice } from './guardian-office.js'
import type { SealedChild, SealRepository } from './seal.repository.js'
import type { VaultRepository } from './vault.repository.js'

/** What unsealing stands on. */
interface UndoParts {
  readonly database: Database
  readonly seals: SealRepository
  readonly vault: VaultRepository
  readonly protections: ProtectionRepository
  readonly preparing: PrepareChange
  readonly records: RecordContentRepository
  readonly office: GuardianOffice
  readonly keyRing: KeyRing
  readonly keys: ProgramKeys
}

/** Lets a sealed identity live again as it was, where sealing it was a mistake: one guardian asks, another approves. */
export class UndoSeal {
  constructor(private readonly parts: UndoParts) {}

  async ask(caller: Caller, purpose: string, { sealId, reason }: { sealId: string; reason: string }) {
    const { database, seals, protections, office } = this.parts
    const guardian = await office.admit(caller, purpose)
    const child = await seals.sealed(database, sealId)
    if (!child) throw new Problem('NOT_FOUND')
    const { bytes } = await protections.seal(sealId, reason)
    const { message, receipt } = await office.record(guardian, child.childId, 'seal-reversal-asked')
    const answer = { sealId, state: 'reversal-asked', accessReceipt: receipt }
    await database.transaction(async (tx) => {
      refuse(await protections.askToLift(tx, sealId, guardian.person, bytes))
      await addToOutbox(tx, 'identity', [message])
      await caller.attempt?.keep(tx, answer)
    })
    return answer
  }

  async approve(caller: Caller, purpose: string, sealId: string) {
    const { database, seals, protections, office } = this.parts
    const guardian = await office.admit(caller, purpose)
    const child = await seals.sealed(database, sealId)
    if (!child) throw new Problem('NOT_FOUND')
    if (child.reversalAskedBy === guardian.person) throw new Problem('ANOTHER_PERSON_NEEDED')
    const revival = await this.prepare(child)
    const { message, receipt } = await office.record(guardian, child.childId, 'seal-reversed')
    const answer = { sealId, state: 'reversed', accessReceipt: receipt }
    await database.transaction(async (tx) => {
      refuse(await protections.lift(tx, sealId, guardian.person))
      const madeBy = [child.reversalAskedBy ?? '', guardian.person]
      await this.revive(tx, child, { ...revival, madeBy })
      await addToOutbox(tx, 'identity', [message])
      await caller.attempt?.keep(tx, answer)
    })
    return answer
  }

  /** What the child is found by, derived anew from its records as they were called before. */
  private async prepare(child: SealedChild) {
    const { records: contents, preparing, vault } = this.parts
    const names = child.records.map((record) => ({ id: record.sourceRecordId, name: vault.otherNameOf(record) }))
    const nameOf = new Map(names.map(({ id, name }) => [id, name]))
    const versions = [...(await contents.of(names.map(({ id }) => id))).values()].flat()
    const buried = versions.map(({ details, sourceRecordId }) => ({
      details,
      recordKey: nameOf.get(sourceRecordId) ?? '',
    }))
    const { childId, uci } = child
    const plan: ChangePlan = {
      ...{ changeId: newId(), kind: 'withdrawn', moves: [] },
      children: [{ childId, part: 'revived', ...(uci !== undefined && { uci }) }],
    }
    const prepared = await preparing.prepare(plan, [child], { holders: [] })
    return { prepared, names, buried }
  }

  private async revive(tx: Sql, child: SealedChild, { prepared, names, buried, madeBy }: Revival): Promise<void> {
    const { seals, vault } = this.parts
    const keys = prepared.children.flatMap(({ profiles }) => profiles.flatMap((profile) => profile.keys))
    const locks = names.map(({ name }) => Buffer.from(name, 'hex').readBigInt64BE().toString())
    await seals.lock(tx, [...keys, ...locks])
    await writeChange(tx, { ...prepared, messages: [] }, { madeBy, explanation: {} })
    const wasTold = await seals.restore(tx, child, { changeId: prepared.plan.changeId, names })
    await vault.exhume(tx, buried)
    if (wasTold) await addToOutbox(tx, 'identity', [await this.news(child, prepared.plan.changeId)])
  }

  /** Whoever heard that the child was closed hears that it is there. */
  private async news({ childId, uci }: SealedChild, changeId: string): Promise<OutboxMessage> {
    const key = await this.parts.keyRing.keyOf(`child:${childId}`, 'content')
    const named = uci === undefined ? {} : { uci }
    const change = { childId, changeId, kind: 'confirmed', at: new Date(), status: 'active', ...named }
    return changeMessage(this.parts.keys, key, change)
  }
}

interface Revival {
  readonly prepared: PreparedChange
  readonly names: readonly { readonly id: string; readonly name: string }[]
  readonly buried: Parameters<VaultRepository['exhume']>[1]
  readonly madeBy: readonly string[]
}
