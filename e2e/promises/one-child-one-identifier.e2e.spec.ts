import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { GraphQLBody } from '../agency.js'
import { byParticulars, inventChild, type InventedChild } from '../children.js'
import { admission, protectionPlan } from '../events.js'
import { System } from '../system.js'
import { until } from '../until.js'

interface Review {
  readonly id: string
  readonly state: string
  readonly outcome: string | null
  readonly explanation: object | null
}
interface Rekey {
  readonly id: string
  readonly state: string
  readonly oldUci: string
  readonly newUci: string
}

/** Promise 1: one child, one identifier. Two that are one are joined by two persons, and everybody who holds them hears of it. */
describe('two identifiers of one child become one', () => {
  let system: System
  beforeAll(async () => {
    system = await System.open()
  }, 240_000)
  afterAll(() => system.close())

  /** Two stewards are two persons: what tells them apart is the reference their program gives. */
  async function as(person: string, operation: string, variables: Readonly<Record<string, unknown>>): Promise<Review> {
    const steward = system.as('data-steward')
    const asks = { purpose: 'identity-quality', actor: `data-steward;${person}` }
    const body = (await steward.client.graphql(operation, variables, asks)).body as GraphQLBody
    expect(body.errors).toBeUndefined()
    expect(body.extensions?.accessReceipts?.length).toBeGreaterThan(0)
    return Object.values(body.data ?? {})[0] as Review
  }

  async function join(left: string, right: string): Promise<void> {
    const reason = 'One mother, one birth.'
    const { id, state } = await as('st-1', 'ProposeMerge', { input: { left, right, reason } })
    expect(state).toBe('SECOND')
    const claimed = await as('st-2', 'ClaimReview', { id })
    expect(claimed.explanation).toBeNull()
    const settled = await as('st-2', 'DecideReview', { input: { id, answer: 'SAME', reason } })
    expect(settled).toMatchObject({ state: 'APPLIED', outcome: 'SAME' })
  }

  const worklist = async (agency: string): Promise<readonly Rekey[]> =>
    ((await system.as(agency).request('GET', '/v1/rekeys?show=all')).body as { items: readonly Rekey[] }).items

  it('tells every holder, who confirms; the old identifier answers with the child, and what was known of both is found', async () => {
    const [school, council] = [system.as('larkhill-primary'), system.as('northbridge-council')]
    const [one, two]: readonly InventedChild[] = [inventChild(), inventChild()]
    if (!one || !two) throw new Error('two children were invented')
    const kept = await system.as('northbridge-hospitals').uciOf(one)
    await school.publish(admission('larkhill-primary', byParticulars(one, ['upn', 'nhs'])))
    await school.publish(admission('larkhill-primary', byParticulars(two, ['upn', 'nhs'])))
    const plan = await council.publish(protectionPlan(byParticulars(two, ['nhs'])))
    await school.awaitCopy({ id: plan.id })
    const other = await council.uciOf(two)
    expect(other).not.toBe(kept)
    const { head } = await school.status()
    await join(kept, other)

    const word = await until('the school is told', async () =>
      (await school.slotsAfter(head)).find((slot) => slot.kind === 'copy' && slot.type.includes('hub.identity.merged')),
    )
    const told = word.kind === 'copy' ? word.data.body : {}
    const [oldUci, newUci] = [String(told['oldUci']), String(told['newUci'])]
    expect([oldUci, newUci].sort()).toEqual([kept, other].sort())

    const child = await school.ask('ChildFlags', { uci: oldUci })
    expect(child.data).toMatchObject({ child: { uci: newUci } })
    await until('the plan of the one is the plan of both', async () => {
      const answer = await school.ask('ChildFlags', { uci: newUci })
      return JSON.stringify(answer.data).includes('PROTECTION_PLAN')
    })

    for (const agency of ['larkhill-primary', 'northbridge-council', 'northbridge-hospitals']) {
      const items = (await worklist(agency)).filter((item) => item.oldUci === oldUci)
      for (const { id } of items) {
        const { status, body } = await system.as(agency).request('POST', `/v1/rekeys/${id}/confirmation`)
        expect([status, (body as Rekey).state]).toEqual([200, 'confirmed'])
      }
    }
    const steward = await system.as('data-steward').ask('RekeyProgress', { first: 100, finished: true })
    const { rekeyProgress } = steward.data as {
      rekeyProgress: { edges: { node: { changeId: string; isFinished: boolean; waitingFor: string[] } }[] }
    }
    const mine = rekeyProgress.edges.find(({ node }) => node.changeId === told['changeId'])
    expect(mine?.node).toMatchObject({ isFinished: true, waitingFor: [] })
  })
})
