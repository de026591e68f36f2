import { describe, expect, it } from '@jest/globals'
import { HttpException } from '@nestjs/common'
import { fastify } from 'fastify'
import { Problem, problemBody } from './problem.js'
import { problemFrom, sendProblem } from './present-problem.js'

const failed = (message: string, more: object = {}) => Object.assign(new Error(message), more)

describe('what a thrown thing is told as', () => {
  it.each<[string, unknown, string]>([
    ['a problem as it is', new Problem('OUTBOX_FULL'), 'OUTBOX_FULL'],
    ["Fastify's own refusals by their status", failed('Body too large for Amina', { statusCode: 413 }), 'TOO_LARGE'],
    ["Nest's too", new HttpException('Cannot GET /amina', 404), 'NOT_FOUND'],
    ['a server that shuts down', failed('terminating connection', { code: '57P01' }), 'STORAGE_UNAVAILABLE'],
    ['a disk that is full', failed('could not extend file', { code: '53100' }), 'STORAGE_UNAVAILABLE'],
    [
      'a circle of waiting that the server broke',
      failed('deadlock detected', { code: '40P01' }),
      'STORAGE_UNAVAILABLE',
    ],
    ['a refused connection', failed('connect', { code: 'ECONNREFUSED' }), 'STORAGE_UNAVAILABLE'],
    ['a connection lost in a transaction', failed('Connection terminated unexpectedly'), 'STORAGE_UNAVAILABLE'],
    [
      'a statement on it afterwards',
      failed('Client has encountered a connection error and is not queryable'),
      'STORAGE_UNAVAILABLE',
    ],
    ['a broken constraint', failed('duplicate key (name)=(Amina)', { code: '23505' }), 'INTERNAL_SERVER_ERROR'],
    ['a mistake of ours', failed('cannot read Amina of undefined'), 'INTERNAL_SERVER_ERROR'],
    ['what is no error at all', 'Amina', 'INTERNAL_SERVER_ERROR'],
  ])('%s', (_, thrown, code) => {
    const problem = problemFrom(thrown)
    expect(problem.code).toBe(code)
    expect(JSON.stringify(problemBody(problem, 'id'))).not.toMatch(/amina/i)
  })
})

describe('a fault on its way to the client', () => {
  const answers = async (url: string, problem: Problem) => {
    const server = fastify()
    server.get('/*', (request, reply) => sendProblem(request, reply, problem))
    const { statusCode, headers, payload } = await server.inject(url)
    await server.close()
    return { status: statusCode, type: headers['content-type'], body: JSON.parse(payload) as unknown }
  }

  it('is problem+json', async () => {
    const { type, body } = await answers('/v1/feed', new Problem('TOO_LARGE'))
    expect(type).toBe('application/problem+json')
    expect(body).toMatchObject({ status: 413, code: 'TOO_LARGE' })
  })

  it.each<[ConstructorParameters<typeof Problem>[0], number, string]>([
    ['MALFORMED', 400, 'invalid'],
    ['UNAUTHENTICATED', 401, 'login'],
    ['NOT_PERMITTED', 403, 'forbidden'],
    ['NOT_FOUND', 404, 'not-found'],
    ['METHOD_NOT_ALLOWED', 405, 'not-supported'],
    ['TOO_LARGE', 413, 'too-long'],
    ['MEDIA_TYPE', 415, 'not-supported'],
    ['INTERNAL_SERVER_ERROR', 500, 'exception'],
    ['STORAGE_UNAVAILABLE', 503, 'transient'],
  ])('is an OperationOutcome at a FHIR door, wherever it was found: %s', async (code, status, issue) => {
    const answer = await answers('/fhir/R4/Patient/$match', new Problem(code))
    expect(answer).toMatchObject({ status, type: 'application/fhir+json; charset=utf-8' })
    expect(answer.body).toEqual({
      resourceType: 'OperationOutcome',
      issue: [
        {
          ...{ severity: 'error', code: issue },
          details: { coding: [{ system: 'https://waymark.example/errors/', code }] },
        },
      ],
    })
  })
})
