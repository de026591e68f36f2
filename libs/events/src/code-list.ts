import { codeLists } from './catalogue.generated.js'
import type { AgencyKind } from './envelope.js'

/** One code of a controlled list, with what the law says of its use. */
export interface Code {
  readonly code: string
  readonly label: string
  readonly source: string
  /** First day it may be used; `null` if it always might. */
  readonly validFrom: string | null
  /** Last day it may be used. */
  readonly validTo: string | null
  readonly mayBeUsedBy: readonly AgencyKind[]
  readonly verified: boolean
  /** False where Parliament made it but it is not commenced. */
  readonly commenced?: boolean
  /** The Schedule 1 condition an Article 9 condition goes with. */
  readonly dpaSchedule1?: string
  /** What a placement type is told as. */
  readonly careKind?: string
  /** Whether a withheld identifier may still be looked for. */
  readonly mayMatch?: boolean
}

type CodeListName = 'article6' | 'article9' | 'gateways' | 'placement-type' | 'refused-purposes' | 'regime' | 'roles'

const lists = new Map(codeLists.map((list) => [list['list'] as string, withDefaults(list)]))

/** Looks a code up in one of the lists of schemas/codes; `undefined` if the list has no such code. */
export function findCode(list: CodeListName, code: unknown): Code | undefined {
  return lists.get(list)?.find((entry) => entry.code === code)
}

/** Whether a code may be used on a day: commenced, begun, not ended. */
export function isInForce(code: Code, at: Date): boolean {
  const day = at.toISOString().slice(0, 10)
  if (code.commenced === false) return false
  return (code.validFrom === null || code.validFrom <= day) && (code.validTo === null || day <= code.validTo)
}

function withDefaults(list: Record<string, unknown>): readonly Code[] {
  return (list['codes'] as object[]).map((code) => ({ ...(list['defaults'] as object), ...code }) as Code)
}
