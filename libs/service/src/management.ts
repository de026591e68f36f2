import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { measureProcess, metricsRegistry } from './metrics.js'

type Check = () => boolean | Promise<boolean>

/** What must hold before this program is sent work; each part of it adds its own check. */
class Readiness {
  private readonly checks = new Map<string, Check>()

  /** Adds a check; a later one of the same name takes its place. A check that throws counts as failed. */
  add(name: string, check: Check): void {
    this.checks.set(name, check)
  }

  /** Each check by name and whether it holds now. */
  async report(): Promise<{ readonly isReady: boolean; readonly checks: Readonly<Record<string, boolean>> }> {
    const results = await Promise.all(
      [...this.checks].map(async ([name, check]) => {
        try {
          return [name, await check()] as const
        } catch {
          return [name, false] as const
        }
      }),
    )
    return { isReady: results.every(([, holds]) => holds), checks: Object.fromEntries(results) }
  }
}

/** The readiness of this program. */
export const readiness = new Readiness()

/**
 * Serves `/health/live`, `/health/ready` and `/metrics` on a listener of its own, on loopback, without tokens.
 */
export async function listenForManagement(port: number): Promise<Server> {
  measureProcess()
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve)
  })
  server.unref()
  return server
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET') {
    response.writeHead(405, { allow: 'GET' }).end()
  } else if (request.url === '/health/live') {
    sendJson(response, 200, { status: 'up' })
  } else if (request.url === '/health/ready') {
    const { isReady, checks } = await readiness.report()
    sendJson(response, isReady ? 200 : 503, { status: isReady ? 'ready' : 'not-ready', checks })
  } else if (request.url === '/metrics') {
    const metrics = await metricsRegistry.metrics()
    response.writeHead(200, { 'content-type': metricsRegistry.contentType }).end(metrics)
  } else {
    response.writeHead(404).end()
  }
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
