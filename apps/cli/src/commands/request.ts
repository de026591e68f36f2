import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { connect, type Asking, type ClientAnswer, type ClientRequest } from '#libs/client'
import { WrongUse } from '../wrong-use.js'

/** What `--help` prints. */
export const usage = `Usage: waymark request --as AGENCY|ROLE [options] METHOD PATH [BODY|@FILE|@-]

Makes one request with a token and a proof of its own; status to standard error, body to standard output.

  --as WHO        an agency or a role of the hub, as the connection file names them
  --purpose P     Waymark-Purpose
  --actor A       Waymark-Actor, <role>;<reference>
  --type T        Content-Type of the body, else by the path
  -i              print the headers that matter, too
  --connection F  connection file, else .data/connection.json

Exit code: 0 for an answer of 2xx, 1 for any other, 2 wrong use.`

const eventTypes: Readonly<Record<string, string>> = {
  '{': 'application/cloudevents+json',
  '[': 'application/cloudevents-batch+json',
}

const options = {
  as: { type: 'string' },
  purpose: { type: 'string' },
  actor: { type: 'string' },
  type: { type: 'string' },
  include: { type: 'boolean', short: 'i', default: false },
  connection: { type: 'string', default: '.data/connection.json' },
} as const

interface Wanted {
  readonly as: string
  readonly method: string
  readonly path: string
  readonly body: string | undefined
}

function wantedOf(as: string | undefined, positionals: readonly string[]): Wanted | undefined {
  const [method = '', path = '', body] = positionals
  if (as === undefined || !path.startsWith('/') || positionals.length > 3) return undefined
  refuseMethod(method, body)
  return { as, method: method.toUpperCase(), path, body }
}

function refuseMethod(method: string, body: string | undefined): void {
  if (!/^[a-z]+$/i.test(method)) throw new WrongUse('a method is a word, such as GET')
  if (body !== undefined && /^(?:get|head)$/i.test(method)) throw new WrongUse('GET and HEAD have no body')
}

/** Makes one request as an agency, with token and proof; prints status and body. Answers 0 for 2xx, 1 for any other. */
export async function request(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options })
  const wanted = wantedOf(values.as, positionals)
  if (!wanted) {
    console.error(usage)
    return 2
  }
  refuseControl({ purpose: values.purpose, actor: values.actor, type: values.type })
  const body = await readBody(wanted.body)
  const content = body === undefined ? {} : bodyFor(wanted.path, body, values.type)
  const client = connect(values.connection, wanted.as)
  const answer = await client.request(wanted.method, wanted.path, { ...asking(values), ...content })
  print(answer, values.include)
  return answer.status >= 200 && answer.status < 300 ? 0 : 1
}

/** What a header cannot hold is a slip of the keyboard. */
function refuseControl(headers: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value = ''] of Object.entries(headers))
    if (!/^[\x20-\x7e]*$/.test(value)) throw new WrongUse(`--${name} takes printable ASCII`)
}

function asking({ purpose, actor }: { purpose?: string | undefined; actor?: string | undefined }): Asking {
  return { ...(purpose !== undefined && { purpose }), ...(actor !== undefined && { actor }) }
}

function readBody(given: string | undefined): Promise<string | undefined> {
  if (given === '@-') return text(process.stdin)
  if (given?.startsWith('@')) return readFile(given.slice(1), 'utf8')
  return Promise.resolve(given)
}

/** Events have media types of their own; a signed acknowledgement is neither object nor list. */
function bodyFor(path: string, body: string, type: string | undefined): Pick<ClientRequest, 'body' | 'headers'> {
  const first = body.trimStart().slice(0, 1)
  const byPath = path.split('?', 1)[0] === '/v1/events' ? eventTypes[first] : undefined
  const contentType = type ?? byPath ?? (first === 'e' ? 'application/jose' : undefined)
  return { body, ...(contentType !== undefined && { headers: { 'content-type': contentType } }) }
}

const matters =
  /^(content-type|location|retry-after|www-authenticate|dpop-nonce|digest|content-digest|x-request-id|traceparent|signature|signature-input|waymark-.*|ratelimit.*)$/

/** With `-i` all goes to standard output as HTTP prints it; else the status to standard error, so that a body can be piped on. */
function print({ status, headers, body, bytes }: ClientAnswer, include: boolean): void {
  if (!include) console.error(`HTTP ${status}`)
  else {
    console.log(`HTTP ${status}`)
    for (const [name, value] of headers) if (matters.test(name)) console.log(`${name}: ${value}`)
    console.log()
  }
  if (typeof body === 'object') console.log(JSON.stringify(body, null, 2))
  else process.stdout.write(bytes)
}
