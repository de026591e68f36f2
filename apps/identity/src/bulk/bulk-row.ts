import { nhsNumberSystem, ulnSystem, upnSystem } from '#libs/identifiers'

/** The columns of a CSV bulk file; a column that is not here refuses the file, since what it says would be lost. */
export const bulkColumns = [
  'record_id',
  'recorded_at',
  'given',
  'family',
  'former_given',
  'former_family',
  'born_on',
  'sex',
  'birth_order',
  'birth_of',
  'address',
  'postcode',
  'uprn',
  'nhs_number',
  'nhs_number_verified',
  'upn',
  'uln',
  'local_id',
  'mother_given',
  'mother_family',
  'mother_born_on',
  'father_given',
  'father_family',
  'father_born_on',
  'phone',
  'email',
  'practice',
] as const

type Column = (typeof bulkColumns)[number]
/** Without these no row can be a record. */
export const requiredColumns: readonly Column[] = ['record_id', 'recorded_at', 'family', 'born_on']

type Row = Readonly<Partial<Record<string, string>>>

/** A row as a request to `POST /v1/resolve` says it; empty fields are not said. */
export function requestFrom(row: Row): Readonly<Record<string, unknown>> {
  const names = [
    named('legal', row['given'], row['family']),
    named('former', row['former_given'], row['former_family']),
  ]
  return said({
    sourceRecordId: row['record_id'],
    recordedAt: row['recorded_at'],
    names: listed(names),
    bornOn: row['born_on'],
    sex: row['sex'],
    birthOrder: birthOrder(row),
    addresses: listed([
      said({
        lines: row['address']?.split(/[\r\n]+/).filter((line) => line.trim() !== ''),
        postcode: row['postcode'],
        uprn: row['uprn'],
      }),
    ]),
    identifiers: listed(identifiersOf(row)),
    parents: listed([parentOf(row, 'mother'), parentOf(row, 'father')]),
    contacts: listed([contactOf('phone', row['phone']), contactOf('email', row['email'])]),
    practice: row['practice'],
  })
}

/** What is not empty of a row, by its column. */
export function rowOf(columns: readonly string[], fields: readonly string[]): Row {
  return Object.fromEntries(
    columns.flatMap((column, at) => {
      const value = (fields[at] ?? '').trim()
      return value === '' ? [] : [[column, value]]
    }),
  )
}

function identifiersOf(row: Row): readonly object[] {
  const given = [
    { system: nhsNumberSystem, value: row['nhs_number'], ...verified(row['nhs_number_verified']) },
    { system: upnSystem, value: row['upn'] },
    { system: ulnSystem, value: row['uln'] },
    { system: 'urn:waymark:local', value: row['local_id'] },
  ]
  return given.filter(({ value }) => value !== undefined)
}

/** True, or the text itself where it is neither true nor false, which the check of the field then refuses. */
function verified(text = 'false'): object {
  const word = text.toLowerCase()
  return word === 'false' ? {} : { verified: word === 'true' ? true : text }
}

function birthOrder(row: Row): object | undefined {
  const { birth_order: order, birth_of: of } = row
  return order === undefined && of === undefined ? undefined : { order: numberIn(order), of: numberIn(of) }
}

/** A number, or the text itself, which the check of the field then refuses. */
function numberIn(text: string | undefined): unknown {
  return text !== undefined && /^\d{1,3}$/.test(text) ? Number(text) : text
}

function named(use: string, given: string | undefined, family: string | undefined): object {
  return given === undefined && family === undefined ? {} : said({ use, given, family })
}

function parentOf(row: Row, role: 'mother' | 'father'): object {
  const [given, family, bornOn] = [row[`${role}_given`], row[`${role}_family`], row[`${role}_born_on`]]
  return [given, family, bornOn].every((text) => text === undefined) ? {} : said({ role, given, family, bornOn })
}

function contactOf(kind: 'phone' | 'email', value: string | undefined): object {
  return value === undefined ? {} : { kind, value }
}

function said(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

/** A list of what says something; absent where nothing does. */
function listed(items: readonly object[]): readonly object[] | undefined {
  const some = items.filter((item) => Object.keys(item).length > 0)
  return some.length > 0 ? some : undefined
}
