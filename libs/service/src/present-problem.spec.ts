import { describe, expect, it } from '@jest/globals'
import { HttpException } from '@nestjs/common'
import { Problem, problemBody } from './problem.js'
import { problemFrom } from './present-problem.js'

const failed = (message: string, more: object = {}) => Object.assign(new Error(message), more)

describe('what a thrown thing is told as', () => {
  it.each<[string, unknown, string]>([
    ['a problem as it is', new Problem('OUTBOX_FULL'), 'OUTBOX_FULL'],
    ["Fastify's own refusals by their status", failed('Body too large for Amina', { statusCode: 413 }), 'TOO_LARGE'],
    ["Nest's too", new HttpException('Cannot GET /amina', 404), 'NOT_FOUND'],
    ['a server that shuts down', failed('terminating connection', { code: '57P01' }), 'STORAGE_UNAVAILABLE'],
    ['a disk that is full', failed('could not extend file', { code: '53100' }), 'STORAGE_UNAVAILABLE'],
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
