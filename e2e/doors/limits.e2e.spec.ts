import { Agent, request } from 'node:http'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { inventChild, type InventedChild } from '../children.js'
import { System } from '../system.js'

interface Answer {
  readonly status: number
  readonly code: unknown
  readonly retryAfter: number
}

const perHour = 500

describe('the limits of the doors', () => {
  let system: System
  beforeAll(async () => {
    system = await System.open()
  }, 240_000)
  afterAll(() => system.close())

  /** Asks from an address of loopback that no other spec uses, so that its limit is nobody else's. Linux has them all. */
  const stranger = new Agent({ keepAlive: true, localAddress: '127.0.0.2', maxSockets: 16 })
  afterAll(() => {
    stranger.destroy()
  })
  const askFromElsewhere = (headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const url = `http://127.0.0.1:${system.place.ports['gateway'] ?? 0}/v1/feed/status`
      const asked = request(url, { agent: stranger, headers }, (response) => {
        json(response).then((body) => {
          const { code } = body as { code?: unknown }
          resolve({ status: response.statusCode ?? 0, code, retryAfter: Number(response.headers['retry-after']) })
        }, reject)
      })
      asked.once('error', reject)
      asked.end()
    })
  const onLinux = process.platform === 'linux' ? it : it.skip

  onLinux(
    'an address is refused 600 tokens in a minute; then it has to wait, and who shows a good one is served',
    async () => {
      const answers: Answer[] = []
      while (answers.length < 1_500 && answers.at(-1)?.status !== 429)
        answers.push(...(await Promise.all(Array.from({ length: 16 }, () => askFromElsewhere()))))
      const refused = answers.filter(({ status, code }) => status === 401 && code === 'UNAUTHENTICATED')
      const limited = answers.filter(({ status }) => status === 429)
      expect(refused.length).toBeGreaterThanOrEqual(600)
      expect(refused.length + limited.length).toBe(answers.length)
      expect(limited[0]).toMatchObject({ code: 'RATE_LIMITED' })
      expect(limited[0]?.retryAfter).toBeGreaterThan(0)
      expect(limited[0]?.retryAfter).toBeLessThanOrEqual(10)
      const council = system.as('northbridge-council')
      const headers = await council.client.authorization('GET', '/v1/feed/status')
      const asks = { 'waymark-purpose': council.asks.purpose, 'waymark-actor': council.asks.actor }
      expect((await askFromElsewhere({ ...headers, ...asks })).status).toBe(200)
    },
  )

  it('an agency asks about 500 different children in an hour, known or not, by whichever door', async () => {
    const council = system.as('tidewell-council')
    const scope = 'children tidewell-council'
    const asked = () =>
      system.database.query<{ n: string }>('select count(*) as n from auth.distinct_item where scope = $1', [scope])
    const spend = async () =>
      system.database.query(
        `insert into auth.distinct_item (scope, item, seen_at)
         select $1, sha256(convert_to('spent ' || n, 'UTF8')), clock_timestamp() from generate_series(1, $2::int) as n`,
        [scope, perHour - 1 - Number((await asked())[0]?.n)],
      )
    const ask = (child: InventedChild) =>
      council.client.graphql(
        'ChildByIdentifier',
        { system: 'https://fhir.nhs.uk/Id/nhs-number', value: child.nhsNumber },
        council.asks,
      )
    const [last, tooMany] = [inventChild(), inventChild()]
    await spend()
    try {
      expect((await ask(last)).status).toBe(200)
      const over = await ask(tooMany)
      expect(over.body).toMatchObject({ status: 429, code: 'CHILD_FANOUT_EXCEEDED' })
      expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0)
      expect((await council.resolve(tooMany, { mode: 'find' })).body).toMatchObject({ code: 'CHILD_FANOUT_EXCEEDED' })
      expect((await ask(last)).status).toBe(200) // whom it asked about before
    } finally {
      await system.database.query(
        `delete from auth.distinct_item where scope = $1 and item in
          (select sha256(convert_to('spent ' || n, 'UTF8')) from generate_series(1, $2::int) as n)`,
        [scope, perHour],
      )
    }
    expect((await ask(tooMany)).status).toBe(200)
  })
})
