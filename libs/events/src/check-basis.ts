import { findCode, isInForce } from './code-list.js'
import type { AgencyKind, PostedEvent } from './envelope.js'
import { eventTypes, type EventTypeInfo } from './event-type.js'
import { faultAt, type Fault, type FieldCode } from './fault.js'
import type { SharingBasis } from './sharing-basis.js'

/** Who shares, when, and what. */
interface Question {
  readonly basis: SharingBasis
  readonly info: EventTypeInfo
  readonly at: Date
  readonly kind: AgencyKind | undefined
}

type Check = (question: Question) => readonly (Fault | false)[]

/**
 * Names what makes a well-formed sharing basis unlawful for its event: codes that do not belong together, are not in
 * force, not listed for the type or not open to the sender, and agreement or consent that was not given.
 *
 * Checked at posting and again at sending. Whether the data-sharing agreement stands is the exchange's to say.
 *
 * @param at - the instant of posting or sending, by the database's clock
 * @param sender - the sender's kind; without it, what only some kinds may use is refused to `any.*` types
 * @returns no fault if the basis holds
 * @see domain §1: docs/architecture.md
 */
export function checkBasis(event: PostedEvent, at: Date, sender?: AgencyKind): readonly Fault[] {
  const info = eventTypes.get(event.type)
  if (!info) return []
  const kind = sender ?? (info.postedBy === 'any' ? undefined : info.postedBy)
  const question = { basis: event.data.sharingBasis, info, at, kind }
  return checks.flatMap((check) => check(question)).filter((fault) => fault !== false)
}

const checks: readonly Check[] = [
  checkPurpose,
  checkDates,
  checkGateways,
  checkArticle6,
  checkPair,
  checkRegime,
  checkConfidentiality,
  checkServiceAgreement,
]

function wrong(field: string, code: FieldCode): Fault {
  return faultAt(['data', 'sharingBasis', ...field.split('/')], code)
}

function checkPurpose({ basis }: Question): readonly (Fault | false)[] {
  return [findCode('refused-purposes', basis.purpose) !== undefined && wrong('purpose', 'PURPOSE_REFUSED')]
}

function checkDates({ basis, at }: Question): readonly (Fault | false)[] {
  return [
    basis.validFrom !== undefined && new Date(basis.validFrom) > at && wrong('validFrom', 'BASIS_NOT_YET_VALID'),
    basis.validUntil !== undefined && new Date(basis.validUntil) <= at && wrong('validUntil', 'BASIS_EXPIRED'),
  ]
}

function checkGateways({ basis, info, at, kind }: Question): readonly (Fault | false)[] {
  const each = basis.gateways.flatMap((gateway, index): (Fault | false)[] => {
    const code = findCode('gateways', gateway)
    if (!code) return [wrong(`gateways/${index}`, 'FIELD_VALUE')]
    return [
      !isInForce(code, at) && wrong(`gateways/${index}`, 'GATEWAY_NOT_IN_FORCE'),
      !isOpenTo(code.mayBeUsedBy, kind) && wrong(`gateways/${index}`, 'BASIS_NOT_OPEN_TO_SENDER'),
    ]
  })
  const isListed = basis.gateways.some((gateway) => info.gateways.includes(gateway))
  return [...each, !isListed && wrong('gateways', 'GATEWAY_NOT_LISTED')]
}

function checkArticle6({ basis, kind }: Question): readonly (Fault | false)[] {
  const code = findCode('article6', basis.article6)
  const isConsentMissing = basis.article6 === 'A6A' && basis.dataProtectionConsent?.state !== 'given'
  return [
    code !== undefined && !isOpenTo(code.mayBeUsedBy, kind) && wrong('article6', 'BASIS_NOT_OPEN_TO_SENDER'),
    isConsentMissing && wrong('dataProtectionConsent/state', 'CONSENT_NOT_GIVEN'),
  ]
}

function checkPair({ basis }: Question): readonly (Fault | false)[] {
  const needed = findCode('article9', basis.article9)?.dpaSchedule1 ?? null
  return [(basis.dpaSchedule1 ?? null) !== needed && wrong('dpaSchedule1', 'BASIS_PAIR')]
}

function checkRegime({ basis, kind }: Question): readonly (Fault | false)[] {
  const code = findCode('regime', basis.regime ?? 'PART2')
  return [code !== undefined && !isOpenTo(code.mayBeUsedBy, kind) && wrong('regime', 'BASIS_NOT_OPEN_TO_SENDER')]
}

function checkConfidentiality({ basis, kind }: Question): readonly (Fault | false)[] {
  return [
    kind === 'nhs' && basis.confidentiality === undefined && wrong('confidentiality', 'CONFIDENTIALITY_NOT_STATED'),
  ]
}

function checkServiceAgreement({ basis, info }: Question): readonly (Fault | false)[] {
  const isMissing = info.agreementBased && basis.serviceAgreement?.state !== 'agreed'
  return [isMissing && wrong('serviceAgreement/state', 'SERVICE_AGREEMENT_NOT_AGREED')]
}

const kindCount = 5

function isOpenTo(kinds: readonly AgencyKind[], kind: AgencyKind | undefined): boolean {
  return kind === 'hub' || kinds.length >= kindCount || (kind !== undefined && kinds.includes(kind))
}
