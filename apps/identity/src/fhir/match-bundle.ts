import { formatUci, uciSystem, type Uci } from '#libs/identifiers'
import type { MatchGrade, Notice } from '#libs/matching'
import { issueOf, type Resource } from '#libs/service'

/** One child that may be meant. */
export interface Match {
  readonly uci: Uci
  readonly grade: MatchGrade
}

/** The score of a grade is fixed, so that asking again and again measures nothing. */
const scores: Readonly<Record<MatchGrade, number>> = { certain: 1, probable: 0.95, possible: 0.5 }
const gradeUrl = 'http://hl7.org/fhir/StructureDefinition/match-grade'

/** The answer to `$match`: patients by their UCI and nothing else of them, the surest first, and what was not taken as sent. */
export function bundleOf(matches: readonly Match[], notices: readonly Notice[]): Resource {
  const entries = matches.map(({ uci, grade }) => ({
    resource: { resourceType: 'Patient', id: uci, identifier: [{ system: uciSystem, value: formatUci(uci) }] },
    search: { mode: 'match', score: scores[grade], extension: [{ url: gradeUrl, valueCode: grade }] },
  }))
  const told = notices.map((notice) => issueOf('information', 'informational', notice))
  const outcome = { resource: { resourceType: 'OperationOutcome', issue: told }, search: { mode: 'outcome' } }
  const entry = told.length > 0 ? [...entries, outcome] : entries
  return { resourceType: 'Bundle', type: 'searchset', total: matches.length, ...(entry.length > 0 && { entry }) }
}
