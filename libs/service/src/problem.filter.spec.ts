import { Controller, Get, Module } from '@nestjs/common'
import { afterEach, describe, expect, it } from '@jest/globals'
import { build, Problem, type Logger } from './index.js'

@Controller()
class FailingController {
  @Get('away')
  away() {
    throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  }

  @Get('mistake')
  mistake() {
    throw new Error('cannot read Amina of undefined')
  }

  @Get('own')
  own() {
    throw new Problem('INTERNAL_SERVER_ERROR')
  }

  @Get('young')
  young() {
    throw new Problem('STORAGE_UNAVAILABLE', 'Recorded, and not published yet', { retryAfterSeconds: 1 })
  }

  @Get('refused')
  refused() {
    throw new Problem('NOT_PERMITTED')
  }
}

@Module({ controllers: [FailingController] })
class FailingModule {}

describe('what is written of a request that was refused', () => {
  let lines: (readonly [string, string, unknown])[] = []
  afterEach(() => {
    lines = []
  })
  const at = (level: string) => (code: string, fields?: object) => {
    lines.push([level, code, (fields as { problem?: string } | undefined)?.problem])
  }
  const logger: Logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }

  it.each<[string, number, readonly string[] | undefined]>([
    ['away', 503, ['error', 'door.FAILED', 'STORAGE_UNAVAILABLE']],
    ['mistake', 500, ['error', 'door.FAILED', 'INTERNAL_SERVER_ERROR']],
    ['own', 500, ['error', 'door.FAILED', 'INTERNAL_SERVER_ERROR']],
    ['young', 503, ['info', 'door.PUT_OFF', 'STORAGE_UNAVAILABLE']],
    ['refused', 403, undefined],
  ])(
    'is an error where something failed, and none where the program itself asks for patience: %s',
    async (path, status, line) => {
      const app = await build(FailingModule, { logger })
      await app.init()
      const answer = await app.inject({ url: `/${path}` })
      await app.close()
      expect(answer.statusCode).toBe(status)
      expect(lines).toEqual(line === undefined ? [] : [line])
    },
  )
})
