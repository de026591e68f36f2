import { modelHash, readNamePair, withVariants, type Model, type NamePart, type NoPair } from '#libs/matching'
import { addToOutbox, newId, type Database, type Sql } from '#libs/postgres'
import type { AccessReceipt, Caller } from '#libs/security'
import { Problem } from '#libs/service'
import type { ModelDesk } from '../model/model-desk.js'
import type { ModelReport, ModelRepository } from '../model/model.repository.js'
import { personOf } from '../protection/person.js'
import type { ReasonSeal } from '../review/reason-seal.js'
import type { MineVariants } from './mine-variants.js'
import {
  mayBeProposed,
  settleVariant,
  type NameVariant,
  type VariantState,
  type VariantVerdict,
} from './name-variant.js'
import type { NameVariantRepository, VariantWord } from './name-variant.repository.js'

/** What deciding upon variants stands on. */
export interface DecideVariantsParts {
  readonly database: Database
  readonly desk: ModelDesk
  readonly variants: NameVariantRepository
  readonly models: ModelRepository
  readonly mining: MineVariants
  readonly reasons: ReasonSeal
  /** The model that decides here. */
  readonly index: { readonly model: Model }
}

/** A pair as a steward names it. */
export interface NamedPair {
  readonly part: NamePart
  readonly names: readonly [string, string]
  readonly reason: string
}

/** Where a page of the table begins. */
export interface VariantPosition {
  readonly rank: number
  readonly id: string
}

/** A pair, and whether whoever asks named it last. */
export interface ShownVariant {
  readonly variant: NameVariant
  readonly isYours: boolean
}

interface Settled {
  readonly shown: ShownVariant
  readonly receipt: AccessReceipt
}

/**
 * The steward's table of names that are forms of one. What is accepted there changes no decision: it goes into the next model,
 * which has its own life (a shadow, two persons, the way back).
 */
export class DecideVariants {
  constructor(private readonly parts: DecideVariantsParts) {}

  async list(
    caller: Caller,
    page: { readonly first: number; readonly state?: VariantState; readonly after?: VariantPosition },
  ): Promise<{ readonly shown: readonly ShownVariant[]; readonly receipt: AccessReceipt }> {
    const person = personOf(caller)
    const ruleId = await this.parts.desk.admit(caller, 'readNameVariants')
    const { first, ...asked } = page
    const variants = await this.parts.variants.page({ ...asked, limit: first + 1 })
    const receipt = await this.recorded(caller, 'readNameVariants', { outcome: 'answered', ruleId })
    return { shown: variants.map((variant) => shownTo(variant, person)), receipt }
  }

  /**
   * Puts a pair on the table that a steward names; one that was refused or withdrawn comes back.
   *
   * @throws Problem 422 `SCHEMA_INVALID` for what is no pair of names; 409 `NAME_VARIANT_KNOWN` for what is on the table, or in every model
   */
  async propose(caller: Caller, given: NamedPair): Promise<Settled> {
    const person = personOf(caller)
    const ruleId = await this.parts.desk.admit(caller, 'proposeNameVariant')
    const read = readNamePair(given.part, given.names)
    if (!read.ok) throw refusedPair(read.because)
    const { variants } = this.parts
    const word = await this.word('proposed', person, given.reason)
    return this.commit(caller, person, async (tx) => {
      const { variant, isNew } = await variants.put(tx, { part: given.part, pair: read.pair })
      if (!isNew && !mayBeProposed(variant.state)) throw new Problem('NAME_VARIANT_KNOWN')
      await variants.move(tx, variant.id, word)
      return { id: variant.id, action: 'proposeNameVariant', outcome: 'proposed', ruleId }
    })
  }

  /**
   * Accepts or refuses what is proposed, or withdraws what was accepted.
   *
   * @throws Problem 404 `NOT_FOUND`; 409 `NAME_VARIANT_SETTLED` where the pair does not stand so; 409 `ANOTHER_PERSON_NEEDED` for one's own
   */
  async decide(
    caller: Caller,
    { id, verdict, reason }: { readonly id: string; readonly verdict: VariantVerdict; readonly reason: string },
  ): Promise<Settled> {
    const person = personOf(caller)
    const ruleId = await this.parts.desk.admit(caller, 'decideNameVariant')
    const { variants } = this.parts
    const word = await this.word(verdict, person, reason)
    return this.commit(caller, person, async (tx) => {
      const variant = await variants.hold(tx, id)
      if (!variant) throw new Problem('NOT_FOUND')
      const step = settleVariant(variant, verdict, person)
      if (!step.ok) throw new Problem(step.because === 'settled' ? 'NAME_VARIANT_SETTLED' : 'ANOTHER_PERSON_NEEDED')
      await variants.move(tx, id, word)
      return { id, action: 'decideNameVariant', outcome: step.to, ruleId }
    })
  }

  /** Has the names of all children looked through now. @returns whether it began, or is under way somewhere */
  async mine(caller: Caller): Promise<{ readonly hasBegun: boolean; readonly receipt: AccessReceipt }> {
    personOf(caller)
    const ruleId = await this.parts.desk.admit(caller, 'mineNameVariants')
    const receipt = await this.recorded(caller, 'mineNameVariants', { outcome: 'begun', ruleId })
    return { hasBegun: await this.parts.mining.begin(0), receipt }
  }

  /**
   * Puts a model on file that is the one that decides, with what is accepted now and nothing else of the table; without anything
   * new it is the one that decides.
   */
  async takeUp(caller: Caller): Promise<{ readonly model: ModelReport; readonly receipt: AccessReceipt }> {
    const person = personOf(caller)
    const ruleId = await this.parts.desk.admit(caller, 'takeUpNameVariants')
    const { models, variants, index } = this.parts
    const model = takingUp(index.model, withVariants(index.model, await variants.accepted()))
    const hash = modelHash(model)
    const recorded = await this.parts.desk.record(caller, 'takeUpNameVariants', {
      outcome: 'drafted',
      ruleId,
      model: hash,
    })
    await this.parts.database.transaction(async (tx) => {
      await models.addDraft(model, person, tx)
      await addToOutbox(tx, 'identity', [recorded.message])
    })
    const report = await models.report(hash)
    if (!report) throw new Problem('NOT_FOUND')
    return { model: report, receipt: recorded.receipt }
  }

  private async word(step: VariantState, by: string, reason: string): Promise<VariantWord> {
    const id = newId()
    return { id, step, by, reason: await this.parts.reasons.seal(id, reason) }
  }

  /** What is done commits with the record of it. */
  private async commit(
    caller: Caller,
    person: string,
    work: (tx: Sql) => Promise<{ id: string; action: string; outcome: string; ruleId: string }>,
  ): Promise<Settled> {
    return this.parts.database.transaction(async (tx) => {
      const { id, action, outcome, ruleId } = await work(tx)
      const { message, receipt } = await this.parts.desk.record(caller, action, { outcome, ruleId, variant: id })
      await addToOutbox(tx, 'identity', [message])
      const variant = await this.parts.variants.find(tx, id)
      if (!variant) throw new Problem('NOT_FOUND')
      return { shown: shownTo(variant, person), receipt }
    })
  }

  private async recorded(caller: Caller, action: string, done: { outcome: string; ruleId: string }) {
    const { message, receipt } = await this.parts.desk.record(caller, action, done)
    await this.parts.database.transaction((tx) => addToOutbox(tx, 'identity', [message]))
    return receipt
  }
}

function shownTo(variant: NameVariant, person: string): ShownVariant {
  return { variant, isYours: variant.proposedBy === person }
}

function refusedPair(because: NoPair): Problem {
  if (because === 'same' || because === 'known') return new Problem('NAME_VARIANT_KNOWN')
  return new Problem('SCHEMA_INVALID', undefined, { errors: [{ pointer: '#/input/names', code: 'FIELD_VALUE' }] })
}

const told = /, \d+ name variants?$/

/** A model of another content has another name; one that would be the same again keeps it, and its hash. */
function takingUp(active: Model, next: Model): Model {
  if (modelHash(active) === modelHash(next)) return active
  const count = (next.variants?.given.length ?? 0) + (next.variants?.family.length ?? 0)
  const bare = next.name.replace(told, '')
  return { ...next, name: count === 0 ? bare : `${bare}, ${count} name variant${count === 1 ? '' : 's'}` }
}
