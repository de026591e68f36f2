import { outerIn, recordsIn, type ExportedRecord } from './exported-records.js'
import type { Finding } from './finding.js'
import { readNamed } from './read-file.js'

const mostFaults = 100
const requestIdForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What the access log says of one request of an agency. */
interface LoggedRequest {
  readonly requestId: string
  readonly agency: string
  readonly text: string
}

/**
 * Compares an agency's own log of its answered requests with access records, by request id. What is in one only is told:
 * theirs only was not logged here, ours only was not sent by them, or not logged there.
 */
export function reconcile(
  [own, records]: readonly string[],
  { agency }: { readonly agency?: string },
): Promise<Finding> {
  const theirs = requestsIn(readNamed(own, 'the agency’s own log'))
  const all = recordsIn(readNamed(records, 'the exported records'))
  const logged = all.flatMap(requestOf)
  const name = agency ?? onlyAgencyOf(logged)
  const ours = new Map(logged.filter((one) => one.agency === name).map((one) => [one.requestId, one.text]))
  const faults = [
    ...[...theirs]
      .filter((id) => !ours.has(id))
      .map((id) => `✗ request ${id} was answered, and is not in the access log`),
    ...[...ours]
      .filter(([id]) => !theirs.has(id))
      .map(([id, text]) => `✗ request ${id} is in the access log alone: ${text}`),
  ]
  const lines = faults.slice(0, mostFaults)
  if (faults.length > mostFaults) lines.push(`✗ and ${faults.length - mostFaults} more`)
  const erased = all.filter(({ outer }) => outer === null).length
  if (erased > 0) lines.push(`  ${erased} erased records could not be compared`)
  if (faults.length === 0) lines.unshift(`✓ ${ours.size} requests of ${name} are in both logs`)
  return Promise.resolve({ holds: faults.length === 0, lines })
}

/** A request id a line, alone or as `requestId` of a JSON object. @throws Error naming the first line that has none */
function requestsIn(text: string): ReadonlySet<string> {
  const ids = text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    const id = line.trimStart().startsWith('{') ? memberIn(line) : line.trim()
    if (typeof id === 'string' && requestIdForm.test(id)) return [id]
    throw new Error(`line ${at + 1} of the agency’s own log has no request id`)
  })
  return new Set(ids)
}

function memberIn(line: string): unknown {
  try {
    return (JSON.parse(line) as { readonly requestId?: unknown }).requestId
  } catch {
    return undefined
  }
}

/** Nothing for what was erased, and for what the hub did without being asked. */
function requestOf(record: ExportedRecord): readonly LoggedRequest[] {
  const { requestId, agencyId, clientId, at, action } = outerIn(record) ?? {}
  if (typeof requestId !== 'string' || typeof agencyId !== 'string') return []
  return [{ requestId, agency: agencyId, text: `${String(action)} by ${String(clientId)}, ${String(at)}` }]
}

function onlyAgencyOf(logged: readonly LoggedRequest[]): string {
  const [name, ...others] = new Set(logged.map(({ agency }) => agency))
  if (name !== undefined && others.length === 0) return name
  throw new Error('the records are not of one agency; say whose log it is with --agency')
}
