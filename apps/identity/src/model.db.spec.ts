import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { dayOneModel, modelHash, type Model } from '#libs/matching'
import { emptyDatabase, type TestDatabase } from '#libs/testing'
import { aFamily, caller, HubUnderTest, named } from './hub-under-test.js'
import { MemoryIndex } from './index/live-index.js'
import { KeepModels } from './model/keep-models.js'
import { ModelRepository } from './model/model.repository.js'
import { ShadowModel } from './model/shadow-model.js'
import { Teacher } from './model/teacher.js'

jest.setTimeout(180_000)
const folder = mkdtempSync(join(tmpdir(), 'waymark-model-'))
let test: TestDatabase
let hub: HubUnderTest

beforeAll(async () => {
  test = await emptyDatabase()
  hub = await HubUnderTest.start(test, folder)
  await hub.part(KeepModels).begin()
})
/** Each test begins with the model of the first day, and no other on file. */
beforeEach(async () => {
  await hub.part(ShadowModel).settled()
  await hub.admin.query('truncate identity.model_flip, identity.model_shadowed, identity.model')
  for (const at of [0, 1]) await hub.part(KeepModels, at).follow()
})
afterAll(async () => {
  await hub.stop()
  await test.drop()
  rmSync(folder, { recursive: true })
})

/** One that links nothing by itself. */
const timid: Model = { ...dayOneModel, name: 'timid', gates: { ...dayOneModel.gates, linkFrom: 10_001 } }
const hash = modelHash(timid)
const steward = (reference: string) =>
  caller('waymark-hub', {
    ...{ role: 'data-steward', purpose: 'identity-quality', actor: { role: 'data-steward', reference } },
  })
const propose = (by: string) =>
  hub.ask('mutation ($hash: ID!) { proposeModel(hash: $hash) { hash state isProposed } }', { hash }, steward(by))
/** Asks a draft beside the model that decides. */
async function shadowed(): Promise<void> {
  await hub.part(ModelRepository).addDraft(timid, 'learning')
  await propose('s-1')
}
/** Enough to learn from: children that two sources know, and twenty families at one place. */
async function aStore(): Promise<void> {
  for (let n = 0; n < 6; n += 1) {
    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', family)
    await hub.uciOf('larkhill-primary', n % 2 === 0 ? named(family, 'Aminah') : family)
  }
  refuges += 1
  const refuge = [{ postcode: `NB4${refuges} 1QT`, uprn: `7200999${refuges}` }]
  for (let n = 0; n < 20; n += 1) await hub.uciOf('northbridge-council', { ...aFamily(), addresses: refuge })
}
let refuges = 0
const states = async () => {
  const { data } = await hub.ask(
    'query { models { hash name state shadowed flips { outcome shadowOutcome likeliest source nameOrigin count } genericValues { kind surnames } } }',
    {},
    steward('s-1'),
  )
  return (data as { models: readonly Readonly<Record<string, unknown>>[] }).models
}

describe('a model', () => {
  it('is the one of the first day, and is shown to stewards alone', async () => {
    expect(await states()).toMatchObject([{ hash: modelHash(dayOneModel), name: 'day-one', state: 'ACTIVE' }])
    const refused = await hub.ask('query { models { hash } }', {}, caller('larkhill-primary'))
    expect(refused['errors']).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
  })

  it('scores live traffic as a shadow, and tells which decisions would flip and changes none', async () => {
    await hub.part(ModelRepository).addDraft(timid, 'learning')
    expect((await propose('s-1'))['data']).toMatchObject({ proposeModel: { state: 'SHADOW', isProposed: false } })
    await hub.part(KeepModels).follow()
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    expect(await hub.uciOf('larkhill-primary', family)).toBe(uci)
    await hub.uciOf('larkhill-primary', named(aFamily(), 'Zara'))
    await hub.part(ShadowModel).settled()
    const shadow = (await states()).find((model) => model['state'] === 'SHADOW')
    expect(shadow).toMatchObject({
      shadowed: 3,
      flips: [{ outcome: 'link', shadowOutcome: 'review', likeliest: 'same', source: 'larkhill-primary', count: 1 }],
    })
  })

  it('is not learned from a handful, and a program is not one of two persons', async () => {
    // Nothing may be learned from what other tests have left on file.
    await hub.admin.query('update identity.link set valid_to = now() where valid_to is null')
    const learn = (actor: object) =>
      hub.ask('mutation { learnModel }', {}, { ...steward('s-1'), actor } as ReturnType<typeof steward>)
    const few = await learn({ role: 'data-steward', reference: 's-1' })
    expect(few['errors']).toMatchObject([{ extensions: { code: 'LEARNING_INSUFFICIENT' } }])
    const refused = await learn({ role: 'system-client', reference: 's-1' })
    expect(refused['errors']).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
  })

  it('is learned from what is on file, as a draft', async () => {
    await aStore()
    const learn = () => hub.ask('mutation { learnModel }', {}, steward('s-1'))
    expect((await learn())['data']).toEqual({ learnModel: true })
    const hashed = await hub.part(Teacher).finished()
    const drafts = (await states()).filter((model) => model['state'] === 'DRAFT')
    expect(drafts).toMatchObject([{ hash: hashed, name: expect.stringMatching(/^learned from/) as unknown }])
    // What stands for a whole institution says nothing from then on; stewards see how many it is of, not what it is.
    expect(drafts[0]?.['genericValues']).toEqual(
      expect.arrayContaining([
        { kind: 'place', surnames: 20 },
        { kind: 'postcode', surnames: 20 },
      ]),
    )
    const refused = await hub.ask('mutation { learnModel }', {}, caller('larkhill-primary'))
    expect(refused['errors']).toMatchObject([{ extensions: { code: 'NOT_PERMITTED' } }])
  })

  it('is learned in a thread of the built program, with a connection of its own', async () => {
    await aStore()
    const keyFile = join(folder, 'programs', 'identity.json')
    const workerData = { url: test.urlOf('identity'), keyFile, base: dayOneModel }
    const worker = new Worker(resolve('dist/apps/identity/src/model/learn.worker.js'), { workerData })
    const learned = await new Promise<Model>((told, failed) => {
      worker.once('message', told)
      worker.once('error', failed)
    })
    expect(learned).toMatchObject({ name: expect.stringMatching(/^learned from/) as unknown, calibration: {} })
    expect(modelHash(learned)).not.toBe(modelHash(dayOneModel))
  })

  it('decides once two persons have proposed it, everywhere, and goes back by the same two', async () => {
    await shadowed()
    expect((await propose('s-1'))['data']).toMatchObject({ proposeModel: { state: 'SHADOW', isProposed: true } })
    expect((await propose('s-1'))['errors']).toMatchObject([{ extensions: { code: 'ANOTHER_PERSON_NEEDED' } }])
    expect((await propose('s-2'))['data']).toMatchObject({ proposeModel: { state: 'ACTIVE', isProposed: false } })
    await hub.part(KeepModels).follow()
    expect(hub.part(MemoryIndex).model.name).toBe('timid')
    await hub.part(KeepModels, 1).follow()
    expect(hub.part(MemoryIndex, 1).model.name).toBe('timid')
    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', family)
    expect((await hub.resolve('larkhill-primary', family, { at: 1 })).body).toMatchObject({ outcome: 'provisional' })
    const back = (by: string) =>
      hub.ask(
        'mutation ($hash: ID!) { proposeModel(hash: $hash) { state } }',
        { hash: modelHash(dayOneModel) },
        steward(by),
      )
    expect((await back('s-1'))['data']).toMatchObject({ proposeModel: { state: 'RETIRED' } })
    expect((await back('s-3'))['data']).toMatchObject({ proposeModel: { state: 'ACTIVE' } })
    await hub.part(KeepModels).follow()
    expect(hub.part(MemoryIndex).model.name).toBe('day-one')
  })

  it('is read again only when it is another, since it may hold all names of a country', async () => {
    const models = hub.part(ModelRepository)
    expect(await models.active(dayOneModel)).toBe(await models.active(dayOneModel))
  })

  it('weighs records of a source by its own weights, tells chances by its map, and both are made again by its hash', async () => {
    // Of a child with half a name and another day of birth it is said .5 by levels; stewards found a quarter of such to be one.
    const steps = [
      [0.05, 0.25],
      [0.9995, 0.25],
    ] as const
    const figures = { ece: 0.2, brier: 0.19 }
    const map = { steps, pairs: 120, before: figures, after: { ece: 0.01, brier: 0.12 } }
    const own = { 'larkhill-primary': { names: { 'surname-exact-given-one-edit': 12_000 }, birth: { exact: -3_000 } } }
    const learned: Model = {
      ...{ ...dayOneModel, name: 'by source', bySource: own },
      calibration: { all: map, 'northbridge-council northbridge-hospitals': { ...map, pairs: 100 } },
    }
    const drafted = await hub.part(ModelRepository).addDraft(learned, 'learning')
    for (const by of ['s-1', 's-1', 's-2'])
      await hub.ask('mutation ($hash: ID!) { proposeModel(hash: $hash) { state } }', { hash: drafted }, steward(by))
    await hub.part(KeepModels).follow()
    expect(hub.part(MemoryIndex).model.name).toBe('by source')

    const family = aFamily()
    await hub.uciOf('northbridge-hospitals', family)
    const bare = { ...family, parents: [], addresses: [], identifiers: [] }
    const explained = async (by: string) => {
      const { body } = await hub.resolve(by, bare)
      const id = String(body['decisionId'])
      const query =
        'query ($id: ID!) { decision(id: $id) { source calibratedBy outcome classes { same } why { comparison m } } }'
      const { data } = await hub.ask(query, { id }, steward('s-1'))
      const replayed = await hub.send('GET', `/v1/decisions/${id}/replay`, steward('s-1'))
      expect(JSON.parse(replayed.text)).toMatchObject({ agrees: true, isSigned: true, modelHash: drafted })
      const { decision } = data as {
        decision: { why: { comparison: string; m: number }[]; classes: { same: number } } & Readonly<
          Record<string, unknown>
        >
      }
      return {
        ...decision,
        calibratedBy: decision['calibratedBy'],
        birth: decision.why.find(({ comparison }) => comparison === 'birth')?.m,
      }
    }
    const council = await explained('northbridge-council')
    expect(council).toMatchObject({ outcome: 'review', source: null, classes: { same: 250 } })
    expect(council.calibratedBy).toBe('northbridge-council northbridge-hospitals')
    const school = await explained('larkhill-primary')
    expect(school).toMatchObject({ outcome: 'review', source: 'larkhill-primary', calibratedBy: 'all' })
    expect(Number(council.birth) - Number(school.birth)).toBe(3_000)
    const { data } = await hub.ask(
      'query { models { name calibrations { sources pairs ece brier calibratedEce calibratedBrier } } }',
      {},
      steward('s-1'),
    )
    const told = (data as { models: { name: string; calibrations: object[] }[] }).models
    const published = { ece: 0.2, brier: 0.19, calibratedEce: 0.01, calibratedBrier: 0.12 }
    expect(told.find(({ name }) => name === 'by source')?.calibrations).toEqual([
      { sources: 'all', pairs: 120, ...published },
      { sources: 'northbridge-council northbridge-hospitals', pairs: 100, ...published },
    ])
    expect(told.find(({ name }) => name === 'day-one')?.calibrations).toEqual([])
  })

  it('takes over later where the index could not be built for it: until then the one before decides, and the failure is told', async () => {
    const failures: unknown[] = []
    const keeping = hub.part(KeepModels)
    keeping.whenFailed((error) => failures.push(error))
    await shadowed()
    await propose('s-1')
    await hub.admin.query('revoke select on identity.index_entry from waymark_identity')
    expect((await propose('s-2'))['data']).toMatchObject({ proposeModel: { state: 'ACTIVE' } })
    await expect(keeping.follow()).rejects.toMatchObject({ code: '42501' })
    expect(failures).toMatchObject([{ code: '42501' }, { code: '42501' }])
    expect(hub.part(MemoryIndex).model.name).toBe('day-one')
    const family = aFamily()
    const uci = await hub.uciOf('northbridge-hospitals', family)
    expect((await hub.resolve('northbridge-council', family)).body).toMatchObject({ outcome: 'identified', uci })
    await hub.admin.query('grant select on identity.index_entry to waymark_identity')
    await keeping.follow()
    expect(hub.part(MemoryIndex).model.name).toBe('timid')
  })
})
