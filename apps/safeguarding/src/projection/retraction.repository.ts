import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'

/** Events that were taken back; a correction may come before what it corrects, when the two are about different children. */
@Injectable()
export class RetractionRepository {
  async keep(tx: Sql, eventId: string, by: { readonly eventId: string; readonly agencyId: string }): Promise<void> {
    await tx.query(
      `insert into safeguarding.retraction (event_id, by_event_id, by_agency) values ($1, $2, $3) on conflict do nothing`,
      [eventId, by.eventId, by.agencyId],
    )
  }

  /** Which of these events their own posters have taken back already. */
  async among(
    tx: Sql,
    events: readonly { readonly eventId: string; readonly agencyId: string }[],
  ): Promise<ReadonlySet<string>> {
    const rows = await tx.query<{ event_id: string }>(
      `select r.event_id from safeguarding.retraction r
         join unnest($1::uuid[], $2::text[]) as e (event_id, agency_id) on e.event_id = r.event_id and e.agency_id = r.by_agency`,
      [events.map(({ eventId }) => eventId), events.map(({ agencyId }) => agencyId)],
    )
    return new Set(rows.map(({ event_id }) => event_id))
  }
}
