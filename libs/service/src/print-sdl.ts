import type { Type } from '@nestjs/common'
import { GraphQLSchemaHost } from '@nestjs/graphql'
import { printSubgraphSchema } from '@apollo/subgraph'
import { build } from './build.js'

/** The SDL of a subgraph, with the `@link` header that composition needs. Needs neither database nor broker. */
export async function printSdl(module: Type): Promise<string> {
  const app = await build(module)
  await app.init()
  const sdl = printSubgraphSchema(app.get(GraphQLSchemaHost).schema)
  await app.close()
  return `${sdl}\n`
}
