import { parseArgs } from 'node:util'
import { connect } from '#libs/client'
import { WrongUse } from '../wrong-use.js'

/** What `--help` prints. */
export const usage = `Usage: waymark token --as AGENCY|ROLE [--connection FILE] [METHOD PATH]

Prints an access token; with a method and a path, the two headers that authorise that one request.

  --as WHO           an agency or a role of the hub, as the connection file names them
  --connection FILE  connection file, else .data/connection.json

  waymark token --as larkhill-primary GET /v1/feed/status | curl -H @- http://127.0.0.1:4000/v1/feed/status \\
    -H 'Waymark-Purpose: safeguard-child' -H 'Waymark-Actor: system-client;feed'`

/**
 * Prints an access token; with a method and a path, the two headers that authorise that one request, for `curl -H @-`:
 * a token is of no use without a proof by the key it is bound to.
 */
export async function token(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { as: { type: 'string' }, connection: { type: 'string', default: '.data/connection.json' } },
  })
  const [method, path] = positionals
  if (values.as === undefined || positionals.length === 1 || positionals.length > 2) {
    console.error(usage)
    return 2
  }
  if (path?.startsWith('/') === false) throw new WrongUse('a path begins with /')
  const client = connect(values.connection, values.as)
  if (method === undefined || path === undefined) {
    console.log(await client.token())
    return 0
  }
  const { authorization, dpop } = await client.authorization(method.toUpperCase(), path)
  console.log(`Authorization: ${authorization}\nDPoP: ${dpop}`)
  return 0
}
