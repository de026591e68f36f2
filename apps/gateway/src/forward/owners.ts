/** A service behind the gateway. */
export type Service = 'identity' | 'exchange' | 'safeguarding' | 'audit'

interface Owned {
  readonly path: string
  readonly owner: Service
  /** Served without a token. */
  readonly isPublic?: boolean
}

/** Which service answers which REST path, and all below it. What is not here does not exist outside. */
export const ownedPaths: readonly Owned[] = [
  { path: '/v1/events', owner: 'exchange' },
  { path: '/v1/feed', owner: 'exchange' },
  { path: '/v1/acknowledgements', owner: 'exchange' },
  { path: '/v1/replays', owner: 'exchange' },
  { path: '/v1/resolve', owner: 'identity' },
  { path: '/v1/bulk-loads', owner: 'identity' },
  { path: '/v1/reconciliations', owner: 'identity' },
  { path: '/v1/what-if', owner: 'identity' },
  { path: '/v1/decisions', owner: 'identity' },
  { path: '/v1/protections', owner: 'identity' },
  { path: '/v1/rekeys', owner: 'identity' },
  { path: '/v1/seals', owner: 'identity' },
  { path: '/fhir', owner: 'identity' },
  { path: '/v1/access-records', owner: 'audit' },
  { path: '/v1/keys', owner: 'audit', isPublic: true },
  { path: '/log', owner: 'audit', isPublic: true },
  { path: '/v1/demo-clock', owner: 'safeguarding' },
]

/** Whether whoever asks for a path needs no token: it is, or lies below, one that is public, in whatever spelling. */
export function isOpenToAll(path: string): boolean {
  return ownedPaths.some((owned) => owned.isPublic && isAtOrBelow(path, owned))
}

/** Letters a forwarded path may have: nothing escaped, so that gateway and owner read the same path. */
const plainPath = /^(?:\/[A-Za-z0-9._~$@:+,;=-]+)+$/

/** The owner of a path, or nothing: for paths nobody owns and for paths not in their one plain form. */
export function ownerOf(path: string): Owned | undefined {
  if (!plainPath.test(path) || path.split('/').some((part) => part === '.' || part === '..')) return undefined
  return ownedPaths.find((owned) => isAtOrBelow(path, owned))
}

function isAtOrBelow(path: string, owned: Owned): boolean {
  return path === owned.path || path.startsWith(`${owned.path}/`)
}
