import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { connect } from '#libs/client'
import { reasonOf } from './reason-of.js'

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

describe('what went wrong, for whoever typed a command', () => {
  const folder = mkdtempSync(join(tmpdir(), 'reason-'))
  const written = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text)
    return join(folder, name)
  }
  const connecting = (file: string) => reasonOf(thrownBy(() => connect(file, 'larkhill-primary')))?.text

  afterAll(() => {
    rmSync(folder, { recursive: true })
  })

  it('names the file that is not there, and says when a folder stands for a file', () => {
    const none = join(folder, 'none')
    expect(reasonOf(thrownBy(() => readFileSync(none)))).toEqual({ text: `${none} is not there`, exitCode: 2 })
    expect(reasonOf(thrownBy(() => readFileSync(folder)))?.text).toContain('is a folder')
  })

  it.each([
    ['empty', ''],
    ['cut', '{'],
    ['a list', '[]'],
    ['an object of something else', '{}'],
    ['agencies that are none', '{"agencies":3}'],
  ])('says of a connection file that is %s that it is none', (name, text) => {
    const file = written(name.replaceAll(' ', '-'), text)
    expect(connecting(file)).toBe(`${file} is no connection file of a hub; npm start writes one`)
  })

  it('lists who may speak where nobody is so called', () => {
    const file = written(
      'whole',
      '{"gateway":"http://a","issuer":"http://b","audience":"c","agencies":{"x":{"clientId":"1"}}}',
    )
    expect(connecting(file)).toBe('The connection file has no larkhill-primary; it has x')
  })

  it('says so where nobody answers', async () => {
    const asked = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error)
    expect(reasonOf(asked)).toEqual({ text: 'The hub cannot be reached; npm start runs one', exitCode: 1 })
  })

  it('leaves what only a stack explains', () => {
    expect(reasonOf(new TypeError('x is not a function'))).toBeUndefined()
    expect(reasonOf('text')).toBeUndefined()
  })
})
