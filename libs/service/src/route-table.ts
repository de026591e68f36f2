import type { FastifyInstance } from 'fastify'

interface Route {
  readonly path: RegExp
  readonly methods: readonly string[]
}

const tables = new WeakMap<object, Route[]>()

/** Notes every route that is added from now on, so that a wrong method can be told from a wrong path. */
export function keepRouteTable(server: FastifyInstance): void {
  const table: Route[] = []
  tables.set(server.server, table)
  server.addHook('onRoute', ({ url, method }) => {
    table.push({ path: patternOf(url), methods: typeof method === 'string' ? [method] : method })
  })
}

/** The methods that the address of a request answers, in order; none where nothing is served there. */
export function methodsAt(server: FastifyInstance, url: string): readonly string[] {
  const path = url.split('?', 1)[0] ?? ''
  const table = tables.get(server.server) ?? []
  return [...new Set(table.filter((route) => route.path.test(path)).flatMap(({ methods }) => methods))].sort()
}

function patternOf(url: string): RegExp {
  const body = url
    .split('/')
    .map((part) => {
      if (part.startsWith(':')) return '[^/]+'
      return part === '*' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
    })
    .join('/')
  return new RegExp(`^${body}$`)
}
