import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { readCsv } from './csv.js'
import { readBulkFile } from './read-file.js'

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

  it('is read up to an open quote, which is told by its line', () => {
    const text = `${head}\n1,2026-01-01T00:00:00Z,A,B,2019-01-01\n2,"2026`
    const { rows, isBroken } = readBulkFile(Buffer.from(text), 'csv')
    expect(isBroken).toBe(true)
    expect(rows).toMatchObject([{ line: 2 }, { line: 3, fault: { code: 'FIELD_FORM' } }])
  })

  it('makes the same request of a row as POST /v1/resolve takes', () => {
    const columns =
      'record_id,recorded_at,given,family,former_family,born_on,birth_order,birth_of,address,postcode,nhs_number,nhs_number_verified,mother_given'
    const row = '7,2026-01-01T00:00:00Z,Amina,Begum,Khan,2019-05-14,1,2,"1 Row\nTown",LS1 4AP,9990000018,true,Nasreen'
    const { rows } = readBulkFile(Buffer.from(`${columns}\n${row}\n`), 'csv')
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
})
