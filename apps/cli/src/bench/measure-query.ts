import { Pool } from 'undici'
import type { WaymarkClient } from '#libs/client'
import { DirectAsker } from './direct-asker.js'
import { eventAbout, inventChildren, type Child } from './invented.js'
import { signedDoor, single, usualHeaders } from './doors.js'
import { closedLoop, type Load } from './load.js'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'
import { ceilingOf, percentile } from './statistics.js'

const asker = 'larkhill-primary'
const connections = 16
const query = 'query ($uci: ID!) { child(uci: $uci) { uci status } }'

type Ask = (headers: Readonly<Record<string, string>>) => Promise<{ readonly status: number; readonly text: string }>

/**
 * P7: a query that one subgraph answers, through the gateway, against the same query asked of that subgraph directly: with
 * the same checks of token and proof and the same claim, made by the asker itself, and no hop in between (`DirectAsker`).
 * Proofs are made before each run, so that making them is in neither figure.
 */
export async function measureQuery(bench: Bench): Promise<readonly Figure[]> {
  const { hub, sizes, say } = bench
  const body = JSON.stringify({ query, variables: { uci: await knownChild(bench) } })
  const direct = new DirectAsker(hub, await hub.databaseUrl('gateway'))
  const gateway = new Pool(hub.originOf('gateway'), { connections, pipelining: 1 })
  const straight: Ask = (headers) => direct.ask(body, headers)
  const through: Ask = async (headers) => {
    const answer = await gateway.request({ method: 'POST', path: '/graphql', body, headers })
    return { status: answer.statusCode, text: await answer.body.text() }
  }
  const run = (ask: Ask, seconds: number) => queryFor(hub.client(asker), seconds, ask)
  try {
    say('P7: ceiling, load, ceiling')
    await run(straight, sizes.warmUpSeconds)
    await run(through, sizes.warmUpSeconds)
    const before = await run(straight, sizes.ceilingSeconds)
    const load = await run(through, sizes.ceilingSeconds)
    const after = await run(straight, sizes.ceilingSeconds)
    const { ceiling, note } = ceilingOf(before.perSecond, after.perSecond)
    const notes = [`p50 ${p50(load)} ms, direct ${p50(before)} ms`, ...(note === undefined ? [] : [note])]
    return [{ id: 'P7', value: load.perSecond, ceiling, note: notes.join('; ') }]
  } finally {
    await Promise.all([direct.close(), gateway.close()])
    await hub.settle()
  }
}

function p50({ latenciesMs }: Load): string {
  return percentile(latenciesMs, 0.5).toFixed(1)
}

/** A child that the asking school has admitted. */
async function knownChild({ hub, seed }: Bench): Promise<string> {
  const child = inventChildren(seed + 2, 1)[0] as Child
  const door = signedDoor(hub, 'exchange', asker, 1)
  await door.ask(single(eventAbout(child, 'admitted')))
  await door.close()
  await hub.settle()
  const variables = { system: 'urn:waymark:upn', value: child.upn }
  const asking = { purpose: 'safeguard-child', actor: 'system-client;benchmark' }
  const { body } = await hub.client(asker).graphql('ChildByIdentifier', variables, asking)
  const uci = (body as { data?: { childByIdentifier?: { uci: string } | null } }).data?.childByIdentifier?.uci
  if (uci === undefined) throw new Error('The school does not see the child it admitted')
  return uci
}

async function queryFor(client: WaymarkClient, seconds: number, ask: Ask): Promise<Load> {
  const proofs: Readonly<Record<string, string>>[] = []
  for (let n = 0; n < seconds * 2_500 + 100; n++) proofs.push(await client.authorization('POST', '/graphql'))
  return closedLoop(connections, seconds, async () => {
    const proof = proofs.pop() ?? (await client.authorization('POST', '/graphql'))
    const { status, text } = await ask({ 'content-type': 'application/json', ...usualHeaders, ...proof })
    if (status !== 200 || !text.includes('"status"')) throw new Error(`A query was answered ${text}`)
  })
}
