import { describe, expect, it } from '@jest/globals'
import { Module } from '@nestjs/common'
import { build } from '#libs/service'
import { ProviderDoor } from './provider.door.js'

@Module({})
class EmptyModule {}

describe('the door of the authorization server', () => {
  const ask = async (method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'OPTIONS', url: string) => {
    const door = new ProviderDoor('http://issuer.test')
    door.open((request, response) => response.writeHead(200).end(request.headers.host))
    const app = await build(EmptyModule, { door })
    await app.init()
    const { statusCode, headers, payload } = await app.inject({ method, url, headers: { host: 'other.test' } })
    await app.close()
    return { status: statusCode, headers, payload }
  }

  it.each([
    ['POST', '/token'],
    ['GET', '/jwks'],
    ['HEAD', '/jwks'],
    ['GET', '/.well-known/openid-configuration?a=1'],
  ] as const)('lets %s %s through, under the issuer’s own name', async (method, url) => {
    expect(await ask(method, url)).toMatchObject({ status: 200, payload: 'issuer.test' })
  })

  it.each([
    ['GET', '/token', 'POST'],
    ['OPTIONS', '/token', 'POST'],
    ['POST', '/jwks', 'GET, HEAD'],
    ['OPTIONS', '/.well-known/openid-configuration', 'GET, HEAD'],
  ] as const)('answers a problem to %s %s', async (method, url, allow) => {
    const answer = await ask(method, url)
    expect(answer).toMatchObject({ status: 405, headers: { allow, 'content-type': 'application/problem+json' } })
    expect(JSON.parse(answer.payload)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
  })

  it('has nothing at other paths, such as those of the code flow', async () => {
    const answer = await ask('GET', '/auth')
    expect(answer).toMatchObject({ status: 404, headers: { 'content-type': 'application/problem+json' } })
  })
})
