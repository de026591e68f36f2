import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Agency } from '../agency.js'
import { byParticulars, inventChild, type InventedChild } from '../children.js'
import { admission } from '../events.js'
import { System } from '../system.js'
import { waymark } from '../waymark.js'

describe('a hub of profile production', () => {
  let system: System
  let school: Agency
  let child: InventedChild
  let uci: string
  beforeAll(async () => {
    system = await System.open('production')
    school = system.as('larkhill-primary')
    child = inventChild()
    await school.publish(admission('larkhill-primary', byParticulars(child, ['upn'])))
    uci = await school.uciOf(child)
  }, 240_000)
  afterAll(() => system.close())

  it('says so in its connection file', async () => {
    const file = JSON.parse(await readFile(system.place.connectionFile, 'utf8')) as { readonly profile: string }
    expect(file.profile).toBe('production')
  })

  it('finds a child again by its number, under an identifier that is not one of those for tests', async () => {
    expect(uci.startsWith('99')).toBe(false)
    const { status, body } = await school.resolve(child)
    expect([status, body]).toEqual([200, expect.objectContaining({ outcome: 'identified', uci })])
  })

  it('answers the operations that an agreement lists, and runs no other text', async () => {
    const { data, errors } = await school.ask('ChildFlags', { uci })
    expect([errors, data?.['child']]).toEqual([undefined, expect.objectContaining({ flags: [] })])
    for (const text of [`{ child(uci: "${uci}") { uci } }`, '{ __schema { queryType { name } } }', '{ __typename }'])
      expect(await refusalsOf(school, text)).toEqual([text, 'OPERATION_NOT_REGISTERED'])
  })

  it('takes no identifier that is reserved for tests', async () => {
    const { status, body } = await school.post(
      admission('larkhill-primary', { identifiers: [{ system: 'urn:waymark:uci', value: '99MJ-YZXT-0T' }] }),
    )
    const fault = { pointer: '#/data/child/identifiers/0/value', code: 'UCI_RESERVED' }
    expect([status, body]).toEqual([422, expect.objectContaining({ errors: [fault] })])
    const { errors = [] } = await school.ask('ChildFlags', { uci: '99MJ-YZXT-0T' })
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['IDENTIFIER_INVALID'])
  })

  it('has no clock that can be moved', async () => {
    const officer = system.as('data-protection-officer')
    for (const who of [school, officer]) {
      const { status, body } = await who.request('POST', '/v1/demo-clock', { advance: 'P1D' })
      expect([status, body]).toEqual([404, expect.objectContaining({ code: 'NOT_FOUND' })])
    }
  })

  it('is given no invented children', async () => {
    for (const command of ['seed', 'demo']) {
      const { code, stderr } = await waymark(command, '--connection', system.place.connectionFile)
      expect([command, code, stderr]).toEqual([command, 2, expect.stringContaining('is of no sandbox')])
    }
  })
})

async function refusalsOf(agency: Agency, text: string): Promise<readonly string[]> {
  const { errors = [] } = await agency.query(text)
  return [text, ...errors.map(({ extensions }) => extensions.code)]
}
