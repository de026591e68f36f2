import { connect, type AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { Module } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { build } from './index.js'
import { originForm } from './raw-request.js'

@Module({})
class EmptyModule {}

describe('what stands on the wire', () => {
  let app: NestFastifyApplication
  beforeAll(async () => {
    app = await build(EmptyModule)
    await app.listen(0, '127.0.0.1')
  })
  afterAll(() => app.close())

  const say = (text: string): Promise<string> =>
    new Promise((resolve) => {
      const { port } = app.getHttpServer().address() as AddressInfo
      let answer = ''
      const socket = connect(port, '127.0.0.1', () => socket.end(text))
      socket
        .on('data', (chunk) => (answer += chunk.toString()))
        .on('close', () => {
          resolve(answer)
        })
    })

  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'MALFORMED'],
    ['a method that nobody knows', 'XYZ / HTTP/1.1\r\nHost: a\r\n\r\n', 400, 'MALFORMED'],
    ['a head that does not end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(70_000)}\r\n\r\n`, 413, 'TOO_LARGE'],
    [
      'a length and chunks at once',
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
      'MALFORMED',
    ],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n', 400, 'MALFORMED'],
    ['one host said twice', 'GET / HTTP/1.1\r\nHost: a\r\nhOST: a\r\n\r\n', 400, 'MALFORMED'],
    ['the server as a whole', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n', 404, 'NOT_FOUND'],
  ])('answers a problem to %s', async (_, text, status, code) => {
    const [head = '', body = ''] = (await say(text)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} `))
    expect(head).toContain('content-type: application/problem+json')
    expect(JSON.parse(body)).toMatchObject({ type: `/errors/${code}`, status, code })
  })

  it.each([
    ['/v1/feed?after=1', '/v1/feed?after=1'],
    ['http://hub.test/v1/feed?after=1', '/v1/feed?after=1'],
    ['HTTPS://hub.test:443', '/'],
    ['http://hub.test?a=/b', '/?a=/b'],
    ['//hub.test/v1/feed', '//hub.test/v1/feed'],
    ['*', '/*'],
  ])('reads %s as %s', (target, path) => {
    expect(originForm(target)).toBe(path)
  })
})
