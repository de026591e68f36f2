import { readdir, readFile } from 'node:fs/promises'
import { composeServices } from '@apollo/composition'
import { buildSchema, type GraphQLError, parse, printSchema, validate } from 'graphql'
import type { Owner } from './subgraphs.js'
import type { GeneratedFile } from './written.js'

const operationsFolder = 'schemas/operations'

/**
 * Each subgraph's SDL, the supergraph the gateway plans with, and the schema clients see. Addresses in the supergraph
 * are placeholders: the gateway takes them from its configuration.
 *
 * @throws Error naming each fault if the subgraphs do not compose, or a registered operation does not fit
 */
export async function graphFiles(sdl: ReadonlyMap<Owner, string>): Promise<readonly GeneratedFile[]> {
  const { supergraph, api } = compose(sdl)
  const faults = await operationFaults(api)
  if (faults.length > 0) throw new Error(`Operations do not fit the schema:\n  ${faults.join('\n  ')}`)
  return [
    ...[...sdl].map(([name, text]) => ({ path: `schemas/graphql/${name}.graphql`, text })),
    { path: 'schemas/graphql/supergraph.graphql', text: supergraph },
    { path: 'schemas/graphql/api.graphql', text: api },
  ]
}

/** Composes the subgraphs into one graph. */
export function compose(sdl: ReadonlyMap<string, string>): { readonly supergraph: string; readonly api: string } {
  const services = [...sdl].map(([name, text]) => ({
    name,
    typeDefs: parse(text),
    url: `http://${name}.invalid/graphql`,
  }))
  const composed = composeServices(services)
  if (composed.errors) throw new Error(`The subgraphs do not compose:\n  ${messages(composed.errors).join('\n  ')}`)
  return {
    supergraph: `${composed.supergraphSdl}\n`,
    api: `${printSchema(composed.schema.toAPISchema().toGraphQLJSSchema())}\n`,
  }
}

async function operationFaults(api: string): Promise<readonly string[]> {
  const schema = buildSchema(api)
  const names = (await readdir(operationsFolder).catch(() => [])).filter((name) => name.endsWith('.graphql')).sort()
  const faults = await Promise.all(
    names.map(async (name) => {
      const document = parse(await readFile(`${operationsFolder}/${name}`, 'utf8'))
      return messages(validate(schema, document)).map((message) => `${name}: ${message}`)
    }),
  )
  return faults.flat()
}

function messages(errors: readonly GraphQLError[]): readonly string[] {
  return errors.map(({ message }) => message)
}
