import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { considerCheckpoint, type NoteSigner, type NoteVerifier } from '#libs/tlog'
import { openMemory, type WitnessMemory } from './witness-memory.js'

/** What a witness is given; `folder` is its own and holds the last checkpoint it cosigned. */
export interface WitnessOptions {
  readonly signer: NoteSigner
  readonly log: NoteVerifier
  readonly folder: string
  /** 0 lets the system choose. */
  readonly port: number
}

const largestRequest = 64 * 1024

/** Serves `POST /add-checkpoint` on loopback. @see C2SP tlog-witness */
export async function serveWitness(
  options: WitnessOptions,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const memory = openMemory(options.folder)
  const server = createServer((request, response) => {
    answer(request, response, options, memory).catch(() => {
      response.writeHead(500).end()
    })
  })
  server.listen(options.port, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  return { port, close }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { signer, log }: WitnessOptions,
  memory: WitnessMemory,
): Promise<void> {
  const isAsked = request.method === 'POST' && request.url === '/add-checkpoint'
  const body = isAsked ? await bodyOf(request) : undefined
  if (body === undefined) {
    response.writeHead(isAsked ? 400 : 404).end()
    return
  }
  // From here nothing is waited for: looking at what was cosigned last, and storing what is cosigned next, is one step.
  const remembered = memory.read()
  const verdict = considerCheckpoint(body, { log, signer, remembered, nowSeconds: Math.floor(Date.now() / 1000) })
  if (verdict.status === 200) memory.write(verdict.remember)
  const type = verdict.status === 409 ? 'text/x.tlog.size' : 'text/plain; charset=utf-8'
  response.writeHead(verdict.status, { 'content-type': type }).end(verdict.body)
}

async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > largestRequest) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}
