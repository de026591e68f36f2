import { describe, expect, it } from '@jest/globals'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { LogRepository } from '../log/log.repository.js'
import { LogController } from './log.controller.js'

const tile = Buffer.alloc(32, 7)
const log = {
  newestPublished: () => Promise.resolve({ size: 1, note: 'a note' }),
  tiles: () => Promise.resolve(new Map([['0/0', tile]])),
}
const reply = { header: () => reply } as unknown as FastifyReply
const ask = (path: string) =>
  new LogController(log as unknown as LogRepository).tile({ url: `/log/${path}` } as FastifyRequest, reply)

describe('a tile of the log', () => {
  it('is found by its path, whatever query a cache puts behind it', async () => {
    expect(await ask('tile/0/000.p/1')).toEqual(tile)
    expect(await ask('tile/0/000.p/1?v=2')).toEqual(tile)
    await expect(ask('tile/0/001.p/1?v=2')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
