import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { gzipSync } from 'node:zlib'
import { CsvText } from './csv.js'
import { readBulkFile, type BulkFormat } from './read-file.js'

const readCsv = (text: string) => {
  const csv = new CsvText(text)
  const rows = [...csv.rows()]
  return csv.openQuoteLine === undefined ? { rows } : { rows, openQuoteLine: csv.openQuoteLine }
}
const readFile = async (bytes: Buffer, format: BulkFormat) => {
  const file = await readBulkFile(bytes, format)
  return { rows: [...file.rows], isBroken: file.isBroken() }
}
const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`

describe('CSV', () => {
  it('comes out as it was written, whatever is in a quoted field', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'é', ',', '"', '\n', '\r\n', ' ') })
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, end, isEnded) => {
        const text = rows.map((row) => row.map(quoted).join(',')).join(end) + (isEnded ? end : '')
        expect(readCsv(`\ufeff${text}`).rows.map(({ fields }) => fields)).toEqual(rows)
      }),
    )
  })

  it('counts lines as an editor does, passes empty ones over, and says where a quote was left open', () => {
    expect(readCsv('a,b\n\n"x\ny",1\nz,2')).toEqual({
      rows: [
        { line: 1, fields: ['a', 'b'] },
        { line: 3, fields: ['x\ny', '1'] },
        { line: 5, fields: ['z', '2'] },
      ],
    })
    expect(readCsv('a,b\nc,"d\ne')).toEqual({ rows: [{ line: 1, fields: ['a', 'b'] }], openQuoteLine: 2 })
  })
})

describe('a bulk file', () => {
  const head = 'record_id,recorded_at,given,family,born_on'

  it('is read up to an open quote, which is told by its line', async () => {
    const text = `${head}\n1,2026-01-01T00:00:00Z,A,B,2019-01-01\n2,"2026`
    const { rows, isBroken } = await readFile(Buffer.from(text), 'csv')
    expect(isBroken).toBe(true)
    expect(rows).toMatchObject([{ line: 2 }, { line: 3, fault: { code: 'FIELD_FORM' } }])
  })

  it('makes the same request of a row as POST /v1/resolve takes', async () => {
    const columns =
      'record_id,recorded_at,given,family,former_family,born_on,birth_order,birth_of,address,postcode,nhs_number,nhs_number_verified,mother_given'
    const row = '7,2026-01-01T00:00:00Z,Amina,Begum,Khan,2019-05-14,1,2,"1 Row\nTown",LS1 4AP,9990000018,true,Nasreen'
    const { rows } = await readFile(Buffer.from(`${columns}\n${row}\n`), 'csv')
    expect(rows[0]?.request).toEqual({
      ...{
        sourceRecordId: '7',
        recordedAt: '2026-01-01T00:00:00Z',
        bornOn: '2019-05-14',
        birthOrder: { order: 1, of: 2 },
      },
      names: [
        { use: 'legal', given: 'Amina', family: 'Begum' },
        { use: 'former', family: 'Khan' },
      ],
      addresses: [{ lines: ['1 Row', 'Town'], postcode: 'LS1 4AP' }],
      identifiers: [{ system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018', verified: true }],
      parents: [{ role: 'mother', given: 'Nasreen' }],
    })
  })

  it('tells both parents, how the household is reached, and the practice', async () => {
    const columns = `${head},mother_born_on,father_given,father_family,father_born_on,phone,email,practice`
    const row = '7,2026-01-01T00:00:00Z,Amina,Begum,2019-05-14,1990-02-03,Idris,Begum,,0113 496 0000,a@b.example,A81001'
    const { rows } = await readFile(Buffer.from(`${columns}\n${row}\n`), 'csv')
    expect(rows[0]?.request).toMatchObject({
      parents: [
        { role: 'mother', bornOn: '1990-02-03' },
        { role: 'father', given: 'Idris', family: 'Begum' },
      ],
      contacts: [
        { kind: 'phone', value: '0113 496 0000' },
        { kind: 'email', value: 'a@b.example' },
      ],
      practice: 'A81001',
    })
  })

  it('says that a number is verified only as true or false; any other word is for the field to refuse', async () => {
    const text = `${head},nhs_number,nhs_number_verified\n${['TRUE', 'false', '', 'yes']
      .map((word) => `1,2026-01-01T00:00:00Z,A,B,2019-01-01,9990000018,${word}`)
      .join('\n')}`
    const { rows } = await readFile(Buffer.from(text), 'csv')
    const verified = rows.map(({ request }) => (request as { identifiers: readonly object[] }).identifiers[0])
    const number = { system: 'https://fhir.nhs.uk/Id/nhs-number', value: '9990000018' }
    expect(verified).toEqual([{ ...number, verified: true }, number, number, { ...number, verified: 'yes' }])
  })

  it('is read a line at a time, blank ones passed over, and the last of one that is cut off left out', async () => {
    const text = '\ufeff{"a":1}\r\n\n  \n{"a":\n[2]\n'
    const rows = [
      { line: 1, request: { a: 1 } },
      { line: 4, fault: { code: 'FIELD_FORM' } },
      { line: 5, request: [2] },
    ]
    expect(await readFile(Buffer.from(text), 'ndjson')).toMatchObject({ rows, isBroken: false })
    expect(await readFile(gzipSync(text), 'ndjson')).toMatchObject({ rows, isBroken: false })
    const stored = gzipSync(text, { level: 0 }).subarray(0, -10)
    expect(await readFile(stored, 'ndjson')).toMatchObject({ rows: rows.slice(0, 2), isBroken: true })
  })

  it('has no line in which a name is said twice, or half a character', async () => {
    const text = '{"bornOn":"2019-01-01","bornOn":"2020-01-01"}\n{"a":"\\ud800"}\n'
    const fault = { pointer: '#', code: 'FIELD_FORM' }
    expect(await readFile(Buffer.from(text), 'ndjson')).toMatchObject({ rows: [{ fault }, { fault }] })
  })

  it.each<[BulkFormat, string]>([
    ['ndjson', '\n'],
    ['csv', '\n'],
  ])('is refused as %s where it unpacks to more lines than anybody sends: %j', async (format, line) => {
    const bomb = gzipSync(`${format === 'csv' ? head : ''}\n${line.repeat(1_000_001)}`)
    await expect(readBulkFile(bomb, format).then(({ rows }) => Array.from(rows, () => 0))).rejects.toMatchObject({
      code: 'TOO_LARGE',
    })
  })
})
