import { Injectable } from '@nestjs/common'
import type { AgencyKind } from '#libs/policy'
import type { Sql } from '#libs/postgres'
import { Directory } from './directory.js'

interface Row {
  readonly agency_id: string
  readonly kind: AgencyKind
  readonly services: readonly string[]
  readonly organisation_system: string
  readonly organisation_value: string
  readonly areas: readonly string[]
  readonly phone: string | null
  readonly out_of_hours_phone: string | null
}

/** Reads the agencies that `auth` keeps. */
@Injectable()
export class AgencyRepository {
  async directory(sql: Sql): Promise<Directory> {
    const rows = await sql.query<Row & Record<string, unknown>>(
      `select agency_id, kind, services, organisation_system, organisation_value, areas, phone, out_of_hours_phone
         from auth.agency_v where status = 'active' order by agency_id`,
    )
    return new Directory(
      rows.map((row) => ({
        id: row.agency_id,
        kind: row.kind,
        services: row.services,
        organisation: { system: row.organisation_system, value: row.organisation_value },
        areas: row.areas,
        phone: row.phone ?? '',
        outOfHoursPhone: row.out_of_hours_phone ?? undefined,
      })),
    )
  }
}
