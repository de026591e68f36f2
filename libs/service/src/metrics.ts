import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** Every metric of this program. Labels are words of the code, never identifiers. */
export const metricsRegistry = new Registry()

/** A counter in the program's registry. */
export function counter<L extends string = never>(
  name: string,
  help: string,
  labelNames: readonly L[] = [],
): Counter<L> {
  return new Counter({ name, help, labelNames, registers: [metricsRegistry] })
}

/**
 * A gauge in the program's registry.
 *
 * @param read - asked at each scrape
 */
export function gauge(name: string, help: string, read: () => number | Promise<number>): Gauge {
  return new Gauge({
    name,
    help,
    registers: [metricsRegistry],
    async collect() {
      this.set(await read())
    },
  })
}

/** A histogram in the program's registry. */
export function histogram(name: string, help: string, buckets: readonly number[]): Histogram {
  return new Histogram({ name, help, buckets: [...buckets], registers: [metricsRegistry] })
}

const duration = new Histogram({
  name: 'waymark_http_request_seconds',
  help: 'Time from the first byte of a request to the end of its answer',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 30],
  registers: [metricsRegistry],
})

let isProcessMeasured = false

/** Measures the process; once, however many servers it has. */
export function measureProcess(): void {
  if (isProcessMeasured) return
  isProcessMeasured = true
  collectDefaultMetrics({ register: metricsRegistry })
}

/** Measures every answer of a server, by route template. */
export function measureRequests(server: FastifyInstance): void {
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none'
    duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
    done()
  })
}
