import { outerIn, recordsOf, type ExportedRecord } from './exported-records.js'
import type { Finding } from './finding.js'
import { linesOf } from './lines.js'
import { RequestIds } from './request-ids.js'

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
export async function reconcile(
  [own, records]: readonly string[],
  { agency }: { readonly agency?: string },
): Promise<Finding> {
  const comparison = new Comparison(await requestsIn(own), agency)
  for await (const record of recordsOf(records)) comparison.take(record)
  return comparison.finding()
}

/** Holds the ids of both logs, and the words about those that are told. */
class Comparison {
  /** Which of theirs are in the access log. */
  private readonly logged: Uint8Array
  private readonly oursOnly = new RequestIds()
  private readonly told: string[] = []
  private isOfSeveral = false
  private erased = 0

  /** @param agency - whose log it is; else that of the only agency that the records are of */
  constructor(
    private readonly theirs: RequestIds,
    private agency: string | undefined,
    private readonly isGiven = agency !== undefined,
  ) {
    this.logged = new Uint8Array(theirs.size)
  }

  take(record: ExportedRecord): void {
    if (record.outer === null) this.erased += 1
    const request = requestOf(record)
    if (!request) return
    this.agency ??= request.agency
    if (request.agency === this.agency) this.compare(request)
    else this.isOfSeveral = true
  }

  finding(): Finding {
    if (this.agency === undefined || (this.isOfSeveral && !this.isGiven))
      throw new Error('the records are not of one agency; say whose log it is with --agency')
    const { count, lines: missing } = this.notLogged()
    const faults = count + this.oursOnly.size
    const lines = [...missing, ...this.told].slice(0, mostFaults)
    if (faults > mostFaults) lines.push(`✗ and ${faults - mostFaults} more`)
    if (this.erased > 0) lines.push(`  ${this.erased} erased records could not be compared`)
    if (faults === 0) lines.unshift(`✓ ${this.theirs.size} requests of ${this.agency} are in both logs`)
    return { holds: faults === 0, lines }
  }

  /** Several records may be of one request: it is told of as the last of them has it. */
  private compare({ requestId, text }: LoggedRequest): void {
    const place = this.theirs.placeOf(requestId)
    if (place !== undefined) {
      this.logged[place] = 1
      return
    }
    const at = this.oursOnly.add(requestId)
    if (at < mostFaults) this.told[at] = `✗ request ${requestId} is in the access log alone: ${text}`
  }

  private notLogged(): { readonly count: number; readonly lines: readonly string[] } {
    const lines: string[] = []
    let count = 0
    this.logged.forEach((isLogged, place) => {
      if (isLogged === 1) return
      count += 1
      if (count <= mostFaults)
        lines.push(`✗ request ${this.theirs.at(place)} was answered, and is not in the access log`)
    })
    return { count, lines }
  }
}

/** A request id a line, alone or as `requestId` of a JSON object. @throws Error naming the first line that has none */
async function requestsIn(file: string | undefined): Promise<RequestIds> {
  const ids = new RequestIds()
  for await (const { number, text } of linesOf(file, 'the agency’s own log')) {
    const id = text.trimStart().startsWith('{') ? memberIn(text) : text.trim()
    if (typeof id !== 'string' || !requestIdForm.test(id))
      throw new Error(`line ${number} of the agency’s own log has no request id`)
    ids.add(id)
  }
  return ids
}

function memberIn(line: string): unknown {
  try {
    return (JSON.parse(line) as { readonly requestId?: unknown }).requestId
  } catch {
    return undefined
  }
}

/** Nothing for what was erased, and for what the hub did without being asked. */
function requestOf(record: ExportedRecord): LoggedRequest | undefined {
  const { requestId, agencyId, clientId, at, action } = outerIn(record) ?? {}
  if (typeof requestId !== 'string' || typeof agencyId !== 'string') return undefined
  return { requestId, agency: agencyId, text: `${String(action)} by ${String(clientId)}, ${String(at)}` }
}
