import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

/** The port of each program and each management listener (`<program>-management`). */
export type Ports = Readonly<Record<string, number>>

/**
 * The ports of `deploy/local/ports.json` moved by `offset`, or as many free ones.
 *
 * @throws PortUnusable when one of those moved is of no use
 */
export async function choosePorts(choice: { readonly free: boolean; readonly offset: number }): Promise<Ports> {
  const usual = JSON.parse(await readFile('deploy/local/ports.json', 'utf8')) as Ports
  if (!choice.free) return moved(usual, choice.offset)
  const names = Object.keys(usual)
  const free = await freePorts(names.length)
  return Object.fromEntries(names.map((name, at) => [name, free[at] ?? 0]))
}

/** A port that cannot be used; the message says which, and what to do. */
export class PortUnusable extends Error {}

/** `deploy/local/refused-ports.mjs`, which `npm start` reads before anything is compiled. */
interface RefusedPorts {
  refusedPort(ports: Ports): string | undefined
}

/** @throws PortUnusable when a program would stand where no client can ask it */
async function moved(usual: Ports, offset: number): Promise<Ports> {
  const ports = Object.fromEntries(Object.entries(usual).map(([name, port]) => [name, port + offset]))
  if (offset === 0) return ports
  const known = (await import(pathToFileURL(resolve('deploy/local/refused-ports.mjs')).href)) as RefusedPorts
  const fault = known.refusedPort(ports)
  if (fault !== undefined) throw new PortUnusable(fault)
  return ports
}

/** @throws when there is no such program */
export function portOf(ports: Ports, name: string): number {
  const port = ports[name]
  if (port === undefined) throw new Error(`No port is set aside for ${name}`)
  return port
}

/**
 * Below what systems lend to outgoing connections (32768 and up): who keeps asking for a program that is started again could be
 * lent the port that it is to have. Browsers refuse none of these.
 */
const ours = [20_000, 32_768] as const
const tries = 1_000

/** All are held until the last is known, so that no two are the same. */
async function freePorts(count: number): Promise<readonly number[]> {
  const held = new Map<number, Server>()
  for (let tried = 0; held.size < count; tried += 1) {
    if (tried === tries) throw new PortUnusable(`No ${String(count)} ports of loopback are free`)
    const port = randomInt(...ours)
    const server = held.has(port) ? undefined : await listenAt(port)
    if (server) held.set(port, server)
  }
  await Promise.all([...held.values()].map((server) => new Promise((resolve) => server.close(resolve))))
  return [...held.keys()]
}

/** @returns `undefined` where somebody else does */
function listenAt(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => {
      resolve(undefined)
    })
    server.listen(port, '127.0.0.1', () => {
      resolve(server)
    })
  })
}
