import { identifierSystems, readUci, type Uci } from '#libs/identifiers'
import type { Notice, RecordDetails } from '#libs/matching'
import type { Caller } from '#libs/security'
import { Problem } from '#libs/problem'
import { isSufficient } from './evidence.js'
import type { ResolveRequest } from './read-resolve-request.js'
import { noticesOf, profileOf, withoutUci, type Submission } from './submission.js'

/** Who sends a record. */
export type Sender = Pick<Caller, 'agencyId' | 'agencyKind' | 'role'>

/**
 * Makes a submission of a request whose form was checked.
 *
 * @throws Problem 403 `SOURCE_NOT_YOURS`; 422 `IDENTIFIER_INVALID` for a system nobody knows or a mistyped UCI
 */
export function readSubmission(
  sender: Sender,
  request: ResolveRequest,
  { isProduction }: { readonly isProduction: boolean },
): { readonly submission: Submission; readonly notices: readonly Notice[] } {
  const { source, sourceRecordId, recordedAt } = request
  const sent = detailsIn(request)
  if (source !== undefined && source !== sourceOf(sender))
    throw new Problem('SOURCE_NOT_YOURS', undefined, { errors: [{ pointer: '#/source', code: 'SOURCE_NOT_YOURS' }] })
  refuseUnknownSystems(sent)
  const { details, uciText } = withoutUci(sent)
  const submission: Submission = {
    agencyId: sender.agencyId,
    agencyKind: sender.agencyKind,
    isGuardian: sender.role === 'guardian-desk',
    isEvent: false,
    details,
    recordedAt: recordedAt === undefined ? new Date().toISOString() : new Date(recordedAt).toISOString(),
    ...(sourceRecordId !== undefined && { recordId: sourceRecordId }),
    ...(uciText !== undefined && { uci: uciIn(sent, uciText, !isProduction) }),
  }
  return { submission, notices: noticesOf(submission).map((notice) => placedIn(sent, notice)) }
}

/** How an agency's records name their source. */
export function sourceOf({ agencyId }: Pick<Sender, 'agencyId'>): string {
  return `urn:waymark:agency:${agencyId}`
}

/**
 * An unborn child has no UCI: it is named through its mother until its birth is notified.
 *
 * @throws Problem 422 `EVIDENCE_INSUFFICIENT`
 */
export function refuseInsufficient(submission: Submission): void {
  const isNamed = submission.uci !== undefined && submission.details.bornOn !== undefined
  if (!isNamed && !isSufficient(profileOf(submission))) throw new Problem('EVIDENCE_INSUFFICIENT')
}

/** A notice points into what was sent; a UCI among the identifiers is no longer there when it is made. */
function placedIn({ identifiers = [] }: RecordDetails, notice: Notice): Notice {
  const [, at, rest] = /^#\/identifiers\/(\d+)(.*)$/.exec(notice.pointer) ?? []
  if (at === undefined) return notice
  const kept = identifiers.flatMap(({ system }, place) => (system === 'urn:waymark:uci' ? [] : [place]))
  return { ...notice, pointer: `#/identifiers/${String(kept[Number(at)] ?? at)}${rest ?? ''}` }
}

function uciIn(sent: RecordDetails, text: string, allowReserved: boolean): Uci {
  const read = readUci(text, { allowReserved })
  if (read.ok) return read.uci
  const at = sent.identifiers?.findIndex(({ value }) => value === text) ?? 0
  throw new Problem('IDENTIFIER_INVALID', undefined, {
    errors: [{ pointer: `#/identifiers/${at}/value`, code: read.code }],
  })
}

function detailsIn(request: ResolveRequest): RecordDetails {
  const { names, bornOn, sex, birthOrder, addresses, identifiers, parents, contacts, practice } = request
  const given = Object.entries({ names, bornOn, sex, birthOrder, addresses, identifiers, parents, contacts, practice })
  return Object.fromEntries(given.filter(([, value]) => value !== undefined))
}

function refuseUnknownSystems({ identifiers = [] }: RecordDetails): void {
  const known: readonly string[] = identifierSystems
  const errors = identifiers.flatMap(({ system }, at) =>
    known.includes(system) ? [] : [{ pointer: `#/identifiers/${at}/system`, code: 'IDENTIFIER_SYSTEM_UNKNOWN' }],
  )
  if (errors.length > 0) throw new Problem('IDENTIFIER_INVALID', undefined, { errors })
}
