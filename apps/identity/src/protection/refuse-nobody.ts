import { readIdentifier } from '#libs/identifiers'
import { Problem, type FieldFault } from '#libs/service'
import { isSufficient } from '../resolution/evidence.js'
import type { ProtectRequest } from '../resolution/read-resolve-request.js'
import { profileOf, type Submission } from '../resolution/submission.js'

type Meant = ProtectRequest['child']

/**
 * Particulars that can mean nobody protect nobody, and whoever sent them must know. A number is enough, and so is what would
 * be enough for a UCI; a child that is expected waits until its birth is told.
 *
 * @throws Problem 422 `IDENTIFIER_INVALID` for a system nobody knows, or where no number can be one; `EVIDENCE_INSUFFICIENT`
 */
export function refuseNobody(child: Meant, submission: Submission, options: { readonly allowReserved: boolean }): void {
  const errors = faultsIn(child, options)
  const isOfSystem = errors.some(({ code }) => code === 'IDENTIFIER_SYSTEM_UNKNOWN')
  if (!isOfSystem && isSomebody(child, submission, errors.length)) return
  throw errors.length > 0
    ? new Problem('IDENTIFIER_INVALID', undefined, { errors })
    : new Problem('EVIDENCE_INSUFFICIENT')
}

function isSomebody(
  { uci, identifiers = [], demographics = {} }: Meant,
  submission: Submission,
  wrong: number,
): boolean {
  if (uci !== undefined || wrong < identifiers.length || 'expectedOn' in demographics) return true
  return isSufficient(profileOf(submission))
}

function faultsIn({ identifiers = [] }: Meant, options: { readonly allowReserved: boolean }): readonly FieldFault[] {
  return identifiers.flatMap((given, at) => {
    const read = readIdentifier(given, options)
    if (read.ok) return []
    const field = read.code === 'IDENTIFIER_SYSTEM_UNKNOWN' ? 'system' : 'value'
    return [{ pointer: `#/child/identifiers/${String(at)}/${field}`, code: read.code }]
  })
}
