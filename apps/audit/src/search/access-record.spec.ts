import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { INestApplicationContext } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory } from '@nestjs/graphql'
import { graphql, type GraphQLSchema } from 'graphql'
import { AccessRecordResolver } from './access-record.resolver.js'

describe('an access record, as GraphQL answers it', () => {
  let program: INestApplicationContext
  let schema: GraphQLSchema
  beforeAll(async () => {
    program = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false })
    schema = await program.get(GraphQLSchemaFactory).create([AccessRecordResolver])
  })
  afterAll(() => program.close())

  it.each([0, 48_902, 2 ** 31, 2 ** 53 - 1])('names its place in the log as a whole number: %i', async (entry) => {
    const answer = await graphql({
      schema,
      source: '{ accessRecords(uci: "99MJ-YZXT-0T") { edges { node { entry } } } }',
      rootValue: { accessRecords: { edges: [{ node: { entry } }] } },
      fieldResolver: (source, _args, _context, { fieldName }) => (source as Record<string, unknown>)[fieldName],
    })
    expect(JSON.stringify(answer)).toBe(`{"data":{"accessRecords":{"edges":[{"node":{"entry":${String(entry)}}}]}}}`)
  })
})
