import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { canonicalJson, parseWitnessPolicy, sha256, verifyTlogProof } from '#libs/tlog'
import type { Agency, GraphQLBody } from '../agency.js'
import { byParticulars, inventChild } from '../children.js'
import { admission, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'
import { waymark } from '../waymark.js'

/** Exit code of a command. */
const ended = async (...args: readonly string[]): Promise<number> => (await waymark(...args)).code

function logOf({ place }: System): string {
  return (JSON.parse(readFileSync(place.connectionFile, 'utf8')) as { readonly log: string }).log
}

interface Opening {
  readonly recordId: string
  readonly commitment: string
  readonly salt1: string
  readonly outer: Readonly<Record<string, unknown>>
}

/** Promise 3: no read is answered before its access record is durable; any later change to a record is detected. */
describe('a read is answered only after its record is durable', () => {
  let system: System
  let school: Agency
  let uci: string
  const child = inventChild()
  beforeAll(async () => {
    system = await System.open()
    school = system.as('larkhill-primary')
    await school.publish(admission('larkhill-primary', byParticulars(child, ['upn', 'nhs'])))
    await system.as('northbridge-council').publish(protectionPlan(byParticulars(child)))
    uci = await school.uciOf(child)
    await until('the plan is among the flags', async () => (flagsIn(await ask())?.length ?? 0) > 0)
  }, 240_000)
  afterAll(() => system.close())

  const ask = (): Promise<GraphQLBody> => school.ask('ChildFlags', { uci })
  const flagsIn = ({ data }: GraphQLBody) => (data?.['child'] as { flags: unknown[] | null } | null)?.flags

  it('each service that answered gives a receipt, whose record opens to its commitment and is proved offline', async () => {
    const answer = await ask()
    const receipts = answer.extensions?.accessReceipts ?? []
    expect(new Set(receipts.map(({ service }) => service))).toEqual(new Set(['identity', 'safeguarding']))
    const policy = parseWitnessPolicy(
      readFileSync(join(dirname(system.place.connectionFile), 'keys', 'witness-policy.txt'), 'utf8'),
    )
    for (const { recordId, commitment } of receipts) {
      const opened = await until('the record opens', async () => {
        const found = await school.request('GET', `/v1/access-records/${recordId}`)
        return found.status === 200 && (found.body as Opening)
      })
      const aimless = await school.client.request('GET', `/v1/access-records/${recordId}`, { actor: school.asks.actor })
      expect(aimless.body).toMatchObject({ status: 403, code: 'PURPOSE_NOT_ALLOWED' })
      expect(opened).toMatchObject({ recordId, commitment, outer: { purpose: 'safeguard-child' } })
      const committed = (outer: object) => sha256(Buffer.from(opened.salt1, 'hex'), canonicalJson(outer))
      expect(committed(opened.outer).toString('hex')).toBe(commitment)
      const proof = await until('the proof is there', async () => {
        const found = await school.request('GET', `/v1/access-records/${recordId}.tlog-proof`)
        if (found.status === 503) expect(found.headers.get('retry-after')).toBe('1')
        return found.status === 200 && found.bytes.toString()
      })
      expect(verifyTlogProof(proof, Buffer.from(commitment, 'hex'), policy)).toMatchObject({ ok: true })
      const altered = committed({ ...opened.outer, purpose: 'curiosity' })
      expect(verifyTlogProof(proof, altered, policy)).toMatchObject({ ok: false, reason: 'not-in-the-log' })
    }
  })

  it('an auditor finds who asked, why and under which rule', async () => {
    const [receipt] = (await ask()).extensions?.accessReceipts ?? []
    const found = await until('the record can be traced', async () => {
      const answer = await system.as('auditor').ask('TraceChild', { uci, first: 100 })
      const { edges } = (answer.data?.['accessRecords'] ?? { edges: [] }) as {
        edges: { node: Record<string, unknown> }[]
      }
      return edges.find(({ node }) => node['id'] === receipt?.recordId)?.node
    })
    expect(found).toMatchObject({
      agency: 'larkhill-primary',
      purpose: 'safeguard-child',
      actorRole: 'lead-social-worker',
      state: 'intact',
      ruleId: expect.stringMatching(/./),
    })
  })

  it('an agency and an auditor take records with them, and check without the hub that none was altered or is missing', async () => {
    const folder = dirname(system.place.connectionFile)
    const taken = mkdtempSync(join(tmpdir(), 'waymark-taken-'))
    const [own, all] = [join(taken, 'own.ndjson'), join(taken, 'all.ndjson')]
    const given = ['--connection', system.place.connectionFile]
    const policy = ['--policy', join(folder, 'keys', 'witness-policy.txt'), '--log', logOf(system)]
    try {
      expect(await ended('access-log', 'export', '--as', 'larkhill-primary', '--out', own, ...given)).toBe(0)
      expect(await ended('access-log', 'export', '--as', 'auditor', '--out', all, ...given)).toBe(0)
      expect(await ended('verify', 'diff', own, ...policy)).toBe(0)
      const whole = ['fsck', ...policy, '--checkpoint', `${all}.checkpoint`, '--rows']
      expect(await ended('verify', ...whole, all)).toBe(0)
      const lines = readFileSync(all, 'utf8').trim().split('\n')
      writeFileSync(all, lines.slice(1).join('\n'))
      expect(await ended('verify', ...whole, all)).toBe(1)
      const theirs = readFileSync(own, 'utf8')
      expect(theirs).toContain('larkhill-primary')
      writeFileSync(own, theirs.replaceAll('safeguard-child', 'curiosity'))
      expect(await ended('verify', 'diff', own, ...policy)).toBe(1)
    } finally {
      rmSync(taken, { recursive: true })
    }
  })

  it.each(['identity', 'safeguarding'])(
    'a record that %s cannot write leaves the question unanswered',
    async (service) => {
      await system.database.query(`revoke insert on ${service}.outbox from waymark_${service}`)
      try {
        const answer = await ask()
        const told = JSON.stringify(answer.data ?? null)
        expect(told).not.toContain('PROTECTION_PLAN')
        expect(answer.errors?.length).toBeGreaterThan(0)
        expect(flagsIn(answer) ?? null).toBeNull() // not known now; never none
      } finally {
        await system.database.query(`grant insert on ${service}.outbox to waymark_${service}`)
      }
      expect(flagsIn(await ask())).toHaveLength(1)
    },
  )

  it('an altered record is found and named', async () => {
    const [receipt] = (await ask()).extensions?.accessReceipts ?? []
    const id = receipt?.recordId ?? ''
    const stateOf = async () => {
      const answer = await system.as('auditor').ask('TraceChild', { uci, first: 100 })
      const { edges } = answer.data?.['accessRecords'] as { edges: { node: Record<string, unknown> }[] }
      return edges.find(({ node }) => node['id'] === id)?.node['state']
    }
    await until('the record is in the log', async () => (await stateOf()) === 'intact')
    const flip = `update audit.entry set sealed_outer = set_byte(sealed_outer, 40, get_byte(sealed_outer, 40) # 1) where record_id = $1`
    await system.database.query(flip, [id])
    expect(await stateOf()).toBe('altered')
    await system.database.query(flip, [id])
    expect(await stateOf()).toBe('intact')
  })
})
