import { nhsNumberSystem, ulnSystem, upnSystem } from '#libs/identifiers'
import type { KidsRecord } from '../kidsbench/clerk.js'

type Said = Readonly<Record<string, unknown>>

/** What `POST /v1/resolve` and a line of a bulk file say of a record; what is not known is not said. */
export function requestOf(id: string, record: KidsRecord): Said {
  return { sourceRecordId: id, recordedAt: record.recorded_at, ...demographicsOf(record), ...identifiersOf(record) }
}

/** Names, birth, address and mother. */
export function demographicsOf(record: KidsRecord): Said {
  const { given, family, former_family: former, born_on: bornOn, birth_order: order, birth_of: of } = record
  const names = [
    said({ use: 'legal', given, family }),
    ...(former === '' ? [] : [said({ use: 'former', given, family: former })]),
  ]
  const address = said({ postcode: record.postcode, uprn: record.uprn })
  return {
    names,
    ...said({ bornOn, sex: record.sex }),
    ...(order !== '' && { birthOrder: { order: Number(order), of: Number(of) } }),
    ...(Object.keys(address).length > 0 && { addresses: [address] }),
    ...motherOf(record),
  }
}

/** The numbers that the record has. */
export function identifiersOf({ nhs_number: nhs, nhs_verified: verified, upn, uln }: KidsRecord): Said {
  const identifiers = [
    { system: nhsNumberSystem, value: nhs, ...(verified === 'yes' && { verified: true }) },
    { system: upnSystem, value: upn },
    { system: ulnSystem, value: uln },
  ].filter(({ value }) => value !== '')
  return identifiers.length > 0 ? { identifiers } : {}
}

function motherOf({ mother_given: given, mother_family: family, mother_born_on: bornOn }: KidsRecord): Said {
  return given === '' && family === '' ? {} : { parents: [{ role: 'mother', ...said({ given, family, bornOn }) }] }
}

function said(fields: Readonly<Record<string, string>>): Said {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ''))
}
