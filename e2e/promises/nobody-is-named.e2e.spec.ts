import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { byParticulars, inventChild, tellTalesOf } from '../children.js'
import { admission, attendance, protectionPlan } from '../events.js'
import { readBack, logOfThisFile } from '../kafka/read-back.js'
import { System } from '../system.js'

/**
 * What identifies a child is found in no log of any program, in no metric, and in no key, header or value in Kafka. Runs
 * after the other specs, so that the logs hold what they provoked.
 */
describe('nobody is named where anybody may look', () => {
  let system: System
  const marker = inventChild({ given: 'Marquelline', family: 'Zephyrine-Quorrick', mother: 'Ottoliness' })
  let uci = ''
  beforeAll(async () => {
    system = await System.open()
    const [school, hospital, council] = [
      system.as('larkhill-primary'),
      system.as('northbridge-hospitals'),
      system.as('northbridge-council'),
    ]
    const { head } = await school.status()
    await school.publish(admission('larkhill-primary', byParticulars(marker, ['upn', 'nhs'])))
    await hospital.publish(attendance(byParticulars(marker)))
    const plan = protectionPlan(byParticulars(marker))
    await council.publish(plan)
    uci = await school.uciOf(marker)
    await school.awaitCopy(plan, head)
    await school.ask('ChildFlags', { uci })
    await school.ask('ChildByIdentifier', { system: 'urn:waymark:upn', value: marker.upn })
    // and where things go wrong
    await council.post({ ...plan, data: { ...plan.data, body: { startedOn: marker.family } } })
    await council.post({ ...plan, id: marker.nhsNumber, source: marker.family })
    await council.resolve(marker, { bornOn: `${marker.bornOn}x`, nickname: marker.given })
    await council.resolve(marker, { names: [{ given: `${marker.given}*`, family: marker.family }] })
    await council.request('GET', `/v1/feed?after=${marker.nhsNumber}x&child=${marker.family}`)
    await council.request('GET', `/v1/access-records/${marker.nhsNumber}`)
    await council.query(`{ child(uci: "${marker.nhsNumber}") { ${marker.family.replace('-', '')} } }`)
    await fetch(`${gateway(system)}/${marker.family}?nhs=${marker.nhsNumber}`)
  }, 240_000)
  afterAll(() => system.close())

  const gateway = ({ place }: System) => `http://127.0.0.1:${place.ports['gateway'] ?? 0}`
  const tellTales = () => [...tellTalesOf(marker), uci, uci.replaceAll('-', '')]
  const found = (text: string) => tellTales().filter((tell) => text.includes(tell))

  it('in no log', async () => {
    const logs = join(system.place.folder, 'logs')
    const files = (await readdir(logs)).filter((name) => name.endsWith('.log')).map((name) => join(logs, name))
    files.push(join(dirname(system.place.folder), 'up.log'))
    expect(files.length).toBeGreaterThan(6)
    for (const file of files) expect([file, found(await readFile(file, 'utf8'))]).toEqual([file, []])
  })

  it('in no metric', async () => {
    for (const [name, port] of Object.entries(system.place.ports).filter(([it]) => it.endsWith('-management'))) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
      expect([name, found(text)]).toEqual([name, []])
    }
  })

  it('nowhere in Kafka: not in a key, not in a header, and in no value, for they are sealed', async () => {
    const log = logOfThisFile([...system.place.brokers], '')
    const { topics } = JSON.parse(await readFile('schemas/events/topics.json', 'utf8')) as {
      topics: { name: string }[]
    }
    const names = topics.map(({ name }) => name)
    const seen = (await Promise.all(names.map((name) => readBack(log, name)))).flat()
    await log.close()
    expect(seen.length).toBeGreaterThan(10)
    expect(new Set(seen.map(({ topic }) => topic)).size).toBeGreaterThan(1)
    for (const { topic, key, value, headers } of seen) {
      const text = [key.toString('latin1'), value.toString('latin1'), JSON.stringify(headers)].join('\n')
      const decoded = value.toString('latin1').replace(/[A-Za-z0-9+/]{40,}={0,2}/g, fromBase64)
      expect([topic, found(text), found(decoded)]).toEqual([topic, [], []])
    }
  }, 90_000)
})

function fromBase64(text: string): string {
  return Buffer.from(text, 'base64').toString('latin1')
}
