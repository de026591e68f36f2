/** A yes or no of one kind; the four kinds are never merged (domain §1). */
interface ServiceAgreement {
  readonly state: 'agreed' | 'refused' | 'withdrawn' | 'not-asked' | 'not-applicable'
  readonly by?: string
  readonly on?: string
}

/** Consent to processing; counts only where Article 6 basis `A6A` is relied on. */
interface DataProtectionConsent {
  readonly state: 'not-relied-on' | 'given' | 'refused' | 'withdrawn'
  readonly givenBy?: string
  readonly gillick?: 'competent' | 'not-competent' | 'not-assessed' | 'not-applicable'
  readonly note?: string
  readonly on?: string
  readonly withdrawnOn?: string
}

/** Who was told; it stops nothing, and its absence needs a reason and a day to look again. */
interface FamilyInformed {
  readonly state: 'yes' | 'no' | 'deferred'
  readonly who?: readonly string[]
  readonly reasonNot?: string
  readonly reviewOn?: string
}

/** Somebody's objection; REVIEW until its outcome is recorded. */
interface Objection {
  readonly by: string
  readonly on: string
  readonly grounds?: string
  readonly outcome: 'pending' | 'upheld' | 'refused'
  readonly agencies?: readonly string[]
}

/**
 * The sender's reason in law for sharing one event, as posted (the hub gives it its `id`).
 *
 * Codes are those of schemas/codes; the form is schemas/events/sharing-basis.json.
 */
export interface SharingBasis {
  readonly id?: string
  readonly purpose: string
  readonly gateways: readonly string[]
  readonly article6: string
  readonly article9: string
  readonly dpaSchedule1?: string | null
  readonly article10?: boolean
  readonly regime?: 'PART2' | 'PART3'
  readonly confidentiality?: 'none' | 'direct-care' | 'statutory' | 'overriding-public-interest' | 'consent'
  readonly detriment: {
    readonly considered: true
    readonly outcome: 'not-more-detrimental' | 'more-detrimental' | 'unclear'
    readonly reason: string
  }
  readonly necessity?: string
  readonly minimumData?: string
  readonly serviceAgreement?: ServiceAgreement
  readonly dataProtectionConsent?: DataProtectionConsent
  readonly treatmentConsent?: { readonly state: string; readonly by?: string; readonly on?: string } | null
  readonly familyInformed?: FamilyInformed
  readonly objections?: readonly Objection[]
  readonly excludedRecipients?: readonly { readonly agencyId: string; readonly reason: string }[]
  readonly agreement?: { readonly id: string; readonly version: number }
  readonly practitioner?: { readonly role: string; readonly ref: string }
  readonly validFrom?: string
  readonly validUntil?: string
}
