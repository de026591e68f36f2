import { readUci } from '#libs/identifiers'
import { addToOutbox, newId, type Database, type Sql } from '#libs/postgres'
import { KeyMissing, sealForRecipient, type Caller, type DataKey, type KeyRing, type ProgramKeys } from '#libs/security'
import { Problem } from '#libs/service'
import { changeMessage } from '../change/change-message.js'
import type { ChangeRepository } from '../change/change.repository.js'
import type { ConfirmChild } from '../change/confirm-child.js'
import type { RecordContentRepository } from '../change/record-content.repository.js'
import type { ReasonSeal } from '../review/reason-seal.js'
import type { GuardianOffice } from './guardian-office.js'
import type { DueChild, SealRepository } from './seal.repository.js'
import type { VaultRepository } from './vault.repository.js'

/** What sealing stands on. */
export interface SealParts {
  readonly database: Database
  readonly seals: SealRepository
  readonly vault: VaultRepository
  readonly changes: ChangeRepository
  readonly records: RecordContentRepository
  readonly reasons: ReasonSeal
  readonly office: GuardianOffice
  readonly keyRing: KeyRing
  readonly keys: ProgramKeys
  readonly confirming: ConfirmChild
  readonly isProduction: boolean
}

/** Which identity is to end, and who it became, if that is known. */
export interface SealAsked {
  readonly uci: string
  readonly successor?: string
  readonly reason: string
  readonly reviewOn: string
}

/**
 * Seals the identity a child was born with, when adoption gives it another: one guardian asks, another approves. What it
 * could be found by becomes tombstones; who became whom is sealed to the guardian desk before it is written anywhere, and
 * no record of access names the new child.
 */
export class SealChild {
  constructor(private readonly parts: SealParts) {}

  async ask(caller: Caller, purpose: string, asked: SealAsked) {
    const guardian = await this.parts.office.admit(caller, purpose)
    const childId = await this.childOf(asked.uci, '#/uci')
    const pair = asked.successor === undefined ? undefined : await this.pairOf(asked.uci, asked.successor, childId)
    const sealId = newId()
    const reason = await this.parts.reasons.seal(sealId, asked.reason)
    const { message, receipt } = await this.parts.office.record(guardian, childId, 'seal-asked')
    const answer = { sealId, state: 'seal-asked', accessReceipt: receipt }
    await this.parts.database.transaction(async (tx) => {
      const { reviewOn } = asked
      await this.parts.seals.ask(tx, {
        ...{ id: sealId, childId, reason, reviewOn, askedBy: guardian.person },
        ...(pair !== undefined && { pair }),
      })
      await addToOutbox(tx, 'identity', [message])
      await caller.attempt?.keep(tx, answer)
    })
    return answer
  }

  async approve(caller: Caller, purpose: string, sealId: string) {
    const guardian = await this.parts.office.admit(caller, purpose)
    const { database, seals, changes, records, vault } = this.parts
    const request = await database.transaction((tx) => seals.request(tx, sealId))
    if (!request) throw new Problem('NOT_FOUND')
    if (request.askedBy === guardian.person) throw new Problem('ANOTHER_PERSON_NEEDED')
    const { childId } = request
    const before = await changes.fingerprint(database, [childId])
    const [state] = await changes.states([childId])
    if (!state || state.status === 'withdrawn') throw new Problem('CHANGE_IMPOSSIBLE')
    const keyOf = new Map(state.records.map(({ sourceRecordId, recordKey }) => [sourceRecordId, recordKey]))
    const versions = [...(await records.of([...keyOf.keys()])).values()].flat()
    const dead = versions.map(({ details, sourceRecordId }) => ({
      details,
      recordKey: keyOf.get(sourceRecordId) ?? '',
    }))
    const masked = state.records.map((record) => ({ id: record.sourceRecordId, name: vault.otherNameOf(record) }))
    const { message, receipt } = await this.parts.office.record(guardian, childId, 'sealed')
    const answer = { sealId, state: 'sealed', accessReceipt: receipt }
    await database.transaction(async (tx) => {
      await changes.lock(tx, [childId])
      if ((await changes.fingerprint(tx, [childId])) !== before || !(await seals.request(tx, sealId)))
        throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 1 })
      await vault.bury(tx, dead, request.pair)
      await seals.close(tx, request, { approvedBy: guardian.person, names: masked })
      await addToOutbox(tx, 'identity', [message])
      await caller.attempt?.keep(tx, answer)
    })
    return answer
  }

  /**
   * Tells of closed children whose time has come, and of those of whom nothing is asked since. One whose key is not to be had
   * waits an hour, and keeps no other waiting.
   *
   * @returns of how many was told
   */
  async tell(): Promise<number> {
    const { database, seals } = this.parts
    return database.transaction(async (tx) => {
      let count = 0
      for (const child of await seals.due(tx)) {
        const key = await this.keyOf(child)
        if (!key) await seals.putOff(tx, child.childId)
        else await this.tellOf(tx, child, key)
        count += Number(key !== undefined)
      }
      return count
    })
  }

  private async tellOf(tx: Sql, { childId, uci, isClosed }: DueChild, key: DataKey): Promise<void> {
    const { keys, confirming } = this.parts
    if (!isClosed) return confirming.confirm(tx, childId)
    const named = uci === null ? {} : { uci }
    const change = { childId, changeId: newId(), kind: 'withdrawn', at: new Date(), status: 'withdrawn', ...named }
    await addToOutbox(tx, 'identity', [changeMessage(keys, key, change)])
  }

  private keyOf({ childId }: DueChild): Promise<DataKey | undefined> {
    return this.parts.keyRing.keyOf(`child:${childId}`, 'content').catch((error: unknown) => {
      if (!(error instanceof KeyMissing)) throw error
      return undefined
    })
  }

  /** Sealed at once, and opened by nobody here. */
  private async pairOf(from: string, to: string, childId: string): Promise<string> {
    if ((await this.childOf(to, '#/successor')) === childId)
      throw new Problem('SCHEMA_INVALID', 'A child does not succeed itself', {
        errors: [{ pointer: '#/successor', code: 'FIELD_VALUE' }],
      })
    const key = await this.parts.seals.guardianKey()
    if (!key) throw new Problem('STORAGE_UNAVAILABLE', undefined, { retryAfterSeconds: 60 })
    return sealForRecipient(key, Buffer.from(JSON.stringify({ from, to }), 'utf8'))
  }

  private async childOf(text: string, pointer: string): Promise<string> {
    const read = readUci(text, { allowReserved: !this.parts.isProduction })
    if (!read.ok) throw new Problem('IDENTIFIER_INVALID', undefined, { errors: [{ pointer, code: read.code }] })
    const childId = await this.parts.changes.ofUci(read.uci)
    if (childId === undefined) throw new Problem('NOT_FOUND')
    return childId
  }
}
