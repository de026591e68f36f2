import { describe, expect, it } from '@jest/globals'
import { address, list, oneOf, programShape, readConfig, text } from './config.js'

describe('configuration', () => {
  it('names every fault at once, and never a value', () => {
    const shape = {
      PORT: programShape(4000).PORT,
      KEY: text(),
      PROFILE: oneOf(['sandbox', 'production']),
      URL: address(),
    }
    const env = { PORT: 'hunter2', PROFILE: 'hunter2', URL: 'hunter2' }
    let message = ''
    try {
      readConfig(shape, env)
    } catch (error) {
      message = String(error)
    }
    for (const name of ['PORT', 'KEY', 'PROFILE', 'URL']) expect(message).toContain(`- ${name}: `)
    expect(message).not.toContain('hunter2')
  })

  it('gives each value its type and default', () => {
    const shape = { ...programShape(4001), BROKERS: list('a:1, b:2,'), GATEWAY_URL: address('http://127.0.0.1:4000/') }
    expect(readConfig(shape, { WAYMARK_KEY_FILE: 'keys.json', PORT: '' })).toEqual({
      PORT: 4001,
      MANAGEMENT_PORT: 4101,
      WAYMARK_PROFILE: 'production',
      WAYMARK_KEY_FILE: 'keys.json',
      LOG_LEVEL: 'info',
      BROKERS: ['a:1', 'b:2'],
      GATEWAY_URL: 'http://127.0.0.1:4000',
    })
  })
})
