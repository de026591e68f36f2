import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Prepared } from './prepared.js'

describe('a database that was prepared before', () => {
  let folder: string
  let keys: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'waymark-prepared-'))
    keys = join(folder, 'keys')
    await mkdir(join(folder, 'data'))
    await mkdir(keys)
    await mkdir(join(folder, 'programs'))
    await writeFile(join(folder, 'data', 'PG_VERSION'), '18\n')
  })
  afterAll(() => rm(folder, { recursive: true }))

  it('is prepared again for another key, another program, and another database in its place', async () => {
    const isUpToDate = async () => (await Prepared.of(folder, keys, [join(folder, 'programs')])).isUpToDate()
    const keep = async () => (await Prepared.of(folder, keys, [join(folder, 'programs')])).keep()
    expect(await isUpToDate()).toBe(false)
    await keep()
    expect(await isUpToDate()).toBe(true)
    await writeFile(join(keys, 'another.jwk'), '{}')
    expect(await isUpToDate()).toBe(false)
    await keep()
    await writeFile(join(folder, 'programs', 'migrate.js'), '')
    expect(await isUpToDate()).toBe(false)
    await keep()
    await rm(join(folder, 'data', 'PG_VERSION'))
    await writeFile(join(folder, 'data', 'PG_VERSION'), '18\n\n')
    expect(await isUpToDate()).toBe(false)
  })
})
