import { Injectable } from '@nestjs/common'
import type { Contact } from '#libs/events'
import { formatUci } from '#libs/identifiers'
import type { Permit } from '#libs/policy'
import type { Sql } from '#libs/postgres'
import type { Permitted } from '../child/child-question.js'
import type { HandoverKind, HandoverState } from './handover.js'

/** A handover as it is shown. */
export interface ShownHandover {
  readonly id: string
  readonly childId: string
  /** Null while too little is known of the child to give it one. */
  readonly uci: string | null
  readonly kind: HandoverKind
  readonly state: HandoverState
  readonly level: number
  readonly openedBy: string
  readonly openedOn: string
  readonly expectedReceiver: string | null
  readonly council: string | null
  readonly dueAt: Date
  readonly closedAt: Date | null
  readonly contact: Contact
}

const shown = `h.id, h.child_id as "childId", c.uci, h.kind, h.state, h.level, h.opened_by as "openedBy",
  to_char(h.opened_on, 'YYYY-MM-DD') as "openedOn", h.expected_receiver as "expectedReceiver", h.council,
  h.due_at as "dueAt", h.closed_at as "closedAt", h.contact
  from safeguarding.handover h join identity.child_v c on c.child_id = h.child_id`

/** A page of an agency's handovers. */
export interface HandoverPage {
  readonly states: readonly HandoverState[]
  readonly after: string | undefined
  readonly limit: number
}

/** Reads handovers to be shown; each list asks for the permit to show it. */
@Injectable()
export class HandoverListRepository {
  /** A child's handovers, newest last. */
  async ofChild(sql: Sql, { childId }: Permitted<'readHandovers'>): Promise<readonly ShownHandover[]> {
    return withUci(
      await sql.query<ShownHandover & Record<string, unknown>>(`select ${shown} where h.child_id = $1 order by h.id`, [
        childId,
      ]),
    )
  }

  /**
   * Those that the permit's agency opened, is to receive, or has to look after as the child's council; in the order of
   * opening. Children whose existence is hidden are in nobody's list.
   */
  async ofAgency(sql: Sql, page: HandoverPage, permit: Permit<'readHandovers'>): Promise<readonly ShownHandover[]> {
    const rows = await sql.query<ShownHandover & Record<string, unknown>>(
      `select ${shown}
        where $1 in (h.opened_by, h.expected_receiver, h.council) and h.state = any($2) and ($3::uuid is null or h.id > $3)
          and not exists (select 1 from identity.protection_v p where p.child_id = h.child_id and p.level = 'existence-hidden')
        order by h.id limit $4`,
      [permit.agencyId, page.states, page.after, page.limit],
    )
    return withUci(rows)
  }
}

function withUci(rows: readonly ShownHandover[]): readonly ShownHandover[] {
  return rows.map((row) => ({ ...row, uci: row.uci && formatUci(row.uci) }))
}
