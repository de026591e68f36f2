/** A message that cannot be read at all: undecodable, or it will not open. Its lane is parked. */
export class Poison extends Error {
  override readonly name = 'Poison'
  constructor(readonly code: string) {
    super(code)
  }
}

/** A message that can be read but not applied: it breaks its schema or asks for an impossible move. Its lane is parked. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken'
  constructor(readonly code: string) {
    super(code)
  }
}

/** Another member of the group has moved the offset: this one's batch is void. */
export class OffsetTaken extends Error {
  override readonly name = 'OffsetTaken'
}

/** Why a lane is parked; `sequence`: an earlier message is missing; `upstream`: another reader parked it first. */
export type ParkClass = 'poison' | 'contract' | 'sequence' | 'upstream'

/** SQLSTATE classes and codes that speak of the server or of a rival, not of the data. */
const transientState = /^(08|40|53|57|58|XX|25P03|55P03)/
const transientSystem = /^(ECONN|ETIMEDOUT|EPIPE|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|UND_ERR)/
const brokenConnection = /connection terminated|timeout exceeded|connection ended|not queryable|pool is ending/i

/** Whether the same work may succeed later without any change to the message. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && (transientState.test(code) || transientSystem.test(code))) return true
  return brokenConnection.test(error.message)
}

/** Whether PostgreSQL gave up a statement for its time: a smaller batch may do. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && (error as { code?: unknown }).code === '57014'
}

/** The class and code to park under: of our two classes their own, of PostgreSQL the SQLSTATE, else the error's name. */
export function refusalOf(error: unknown): { class: ParkClass; code: string } {
  if (error instanceof Poison) return { class: 'poison', code: error.code }
  if (error instanceof ContractBroken) return { class: 'contract', code: error.code }
  const { code } = error as { code?: unknown }
  if (typeof code === 'string' && /^[\dA-Z]{5}$/.test(code)) return { class: 'contract', code: `SQLSTATE_${code}` }
  return { class: 'contract', code: error instanceof Error ? error.name : 'UNKNOWN' }
}
