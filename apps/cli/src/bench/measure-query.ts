import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'
import type { WaymarkClient } from '#libs/client'
import { eventAbout, inventChildren, type Child } from './invented.js'
import { signedDoor, single, usualHeaders } from './doors.js'
import { closedLoop, type Load } from './load.js'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'
import { ceilingOf, percentile } from './statistics.js'

const asker = 'larkhill-primary'
const connections = 16
const query = 'query ($uci: ID!) { child(uci: $uci) { uci status } }'

/**
 * P7: a query that one subgraph answers, through the gateway, against the same query asked of that subgraph directly.
 *
 * The ceiling is a process of its own (`direct-asker`) on a bare `node:http` server, which for each request verifies the
 * same token (from memory) and the same kind of proof, claims it once in the database, signs and asks `identity`. Proofs
 * are made before each run, so that making them is in neither figure.
 */
export async function measureQuery(bench: Bench): Promise<readonly Figure[]> {
  const { hub, sizes, say } = bench
  const body = JSON.stringify({ query, variables: { uci: await knownChild(bench) } })
  const direct = await DirectAsker.start(bench)
  const run = (origin: string, seconds: number) => queryFor(hub.client(asker), { origin, body, seconds })
  try {
    say('P7: ceiling, load, ceiling')
    await run(direct.origin, sizes.warmUpSeconds)
    await run(hub.originOf('gateway'), sizes.warmUpSeconds)
    const before = await run(direct.origin, sizes.ceilingSeconds)
    const load = await run(hub.originOf('gateway'), sizes.ceilingSeconds)
    const after = await run(direct.origin, sizes.ceilingSeconds)
    const { ceiling, note } = ceilingOf(before.perSecond, after.perSecond)
    const notes = [`p50 ${p50(load)} ms, direct ${p50(before)} ms`, ...(note === undefined ? [] : [note])]
    return [{ id: 'P7', value: load.perSecond, ceiling, note: notes.join('; ') }]
  } finally {
    await direct.stop()
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

async function queryFor(
  client: WaymarkClient,
  { origin, body, seconds }: { origin: string; body: string; seconds: number },
): Promise<Load> {
  const proofs: Readonly<Record<string, string>>[] = []
  for (let n = 0; n < seconds * 2_500 + 100; n++) proofs.push(await client.authorization('POST', '/graphql'))
  const pool = new Pool(origin, { connections, pipelining: 1 })
  try {
    return await closedLoop(connections, seconds, async () => {
      const proof = proofs.pop() ?? (await client.authorization('POST', '/graphql'))
      const headers = { 'content-type': 'application/json', ...usualHeaders, ...proof }
      const answer = await pool.request({ method: 'POST', path: '/graphql', body, headers })
      const text = await answer.body.text()
      if (answer.statusCode !== 200 || !text.includes('"status"')) throw new Error(`A query was answered ${text}`)
    })
  } finally {
    await pool.close()
  }
}

/** The ceiling's process. */
class DirectAsker {
  private constructor(
    private readonly child: ChildProcess,
    readonly origin: string,
  ) {}

  static async start({ hub }: Bench): Promise<DirectAsker> {
    const environment = {
      DATABASE_URL: await hub.databaseUrl('gateway'),
      WAYMARK_KEY_FILE: hub.keyFileOf('gateway'),
      ISSUER: hub.originOf('auth'),
      GATEWAY_URL: hub.originOf('gateway'),
      IDENTITY_URL: hub.originOf('identity'),
    }
    const child = spawn(process.execPath, [fileURLToPath(new URL('./direct-asker.js', import.meta.url))], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    const origin = await new Promise<string>((resolve, reject) => {
      child.once('message', (message) => {
        resolve(`http://127.0.0.1:${String((message as { port: number }).port)}`)
      })
      child.once('exit', (code) => {
        reject(new Error(`The direct asker ended with ${String(code)}`))
      })
    })
    return new DirectAsker(child, origin)
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return
    const gone = new Promise((resolve) => this.child.once('exit', resolve))
    this.child.kill('SIGTERM')
    await gone
  }
}
