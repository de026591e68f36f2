import { randomBytes } from 'node:crypto'
import type { Provider } from '@nestjs/common'
import { drawUci } from '#libs/identifiers'
import type { PolicySet } from '#libs/policy'
import { Database } from '#libs/postgres'
import { AccessRecorder, KeyRing } from '#libs/security'
import { policySet } from '#libs/service'
import { ApplyChange } from '../change/apply-change.js'
import { ChangeRepository } from '../change/change.repository.js'
import { ConfirmChild } from '../change/confirm-child.js'
import { OverrideRepository } from '../change/override.repository.js'
import { RecordContentRepository } from '../change/record-content.repository.js'
import { identityConfig, type IdentityConfig } from '../identity.config.js'
import { MemoryIndex } from '../index/live-index.js'
import { KeyedHashes } from '../resolution/keyed-hashes.js'
import { AgreementRepository } from './agreement.repository.js'
import { ClaimReview } from './claim-review.js'
import { DecideReview } from './decide-review.js'
import { MeasureAgreement } from './measure-agreement.js'
import { ProposalResolver } from './proposal.resolver.js'
import { ProposeChange } from './propose-change.js'
import { ReasonSeal } from './reason-seal.js'
import { ReviewDesk } from './review-desk.js'
import { ReviewRepository } from './review.repository.js'
import { ReviewResolver } from './review.resolver.js'
import { ReviewSides } from './review-sides.js'
import { SettledChildRepository } from './settled-child.repository.js'
import { SettleReview } from './settle-review.js'
import { ShowReviews } from './show-reviews.js'

/** Injection token of what every use case of the queue stands on. */
const deskParts = Symbol('what the queue stands on')

function deskPartsFrom(
  ...[database, desk, reviews, sides, changes]: [Database, ReviewDesk, ReviewRepository, ReviewSides, ChangeRepository]
) {
  return { database, desk, reviews, sides, changes }
}

type Parts = ReturnType<typeof deskPartsFrom>

const foundations: readonly Provider[] = [
  ...[ReviewRepository, AgreementRepository, SettledChildRepository],
  {
    provide: ReviewDesk,
    inject: [Database, AccessRecorder, policySet],
    useFactory: (...[database, recorder, policies]: [Database, AccessRecorder, PolicySet]) =>
      new ReviewDesk({ database, recorder, policies }),
  },
  {
    provide: ReviewSides,
    inject: [ChangeRepository, RecordContentRepository, ReviewRepository],
    useFactory: (...[changes, records, reviews]: [ChangeRepository, RecordContentRepository, ReviewRepository]) =>
      new ReviewSides({ changes, records, reviews }),
  },
  { provide: ReasonSeal, inject: [KeyRing], useFactory: (keyRing: KeyRing) => new ReasonSeal(keyRing) },
  {
    provide: deskParts,
    inject: [Database, ReviewDesk, ReviewRepository, ReviewSides, ChangeRepository],
    useFactory: deskPartsFrom,
  },
  {
    provide: SettleReview,
    inject: [deskParts, OverrideRepository, SettledChildRepository, ApplyChange, ConfirmChild, identityConfig],
    useFactory: (
      parts: Parts,
      ...[overrides, settled, applying, confirming, config]: [
        OverrideRepository,
        SettledChildRepository,
        ApplyChange,
        ConfirmChild,
        IdentityConfig,
      ]
    ) =>
      new SettleReview({
        ...parts,
        ...{ overrides, settled, applying, confirming },
        newUci: () => drawUci(randomBytes, { reserved: config.WAYMARK_PROFILE !== 'production' }),
      }),
  },
]

/** The queue of reviews: reading, claiming, deciding, proposing. */
export const reviewing: readonly Provider[] = [
  ...foundations,
  { provide: ShowReviews, inject: [deskParts], useFactory: (parts: Parts) => new ShowReviews(parts) },
  {
    provide: ClaimReview,
    inject: [deskParts, ShowReviews],
    useFactory: (parts: Parts, showing: ShowReviews) => new ClaimReview({ ...parts, showing }),
  },
  {
    provide: DecideReview,
    inject: [deskParts, ShowReviews, SettleReview, ReasonSeal, KeyedHashes],
    useFactory: (
      parts: Parts,
      ...[showing, settling, reasons, hashes]: [ShowReviews, SettleReview, ReasonSeal, KeyedHashes]
    ) => new DecideReview({ ...parts, showing, settling, reasons, hashes }),
  },
  {
    provide: ProposeChange,
    inject: [deskParts, ShowReviews, RecordContentRepository, ReasonSeal, KeyedHashes, identityConfig, MemoryIndex],
    useFactory: (
      parts: Parts,
      ...[showing, records, reasons, hashes, config, index]: [
        ShowReviews,
        RecordContentRepository,
        ReasonSeal,
        KeyedHashes,
        IdentityConfig,
        MemoryIndex,
      ]
    ) =>
      new ProposeChange({
        ...parts,
        ...{ showing, records, reasons, hashes, model: () => index.model },
        isProduction: config.WAYMARK_PROFILE === 'production',
      }),
  },
  {
    provide: MeasureAgreement,
    inject: [deskParts, AgreementRepository],
    useFactory: (parts: Parts, agreements: AgreementRepository) => new MeasureAgreement({ ...parts, agreements }),
  },
  ReviewResolver,
  ProposalResolver,
]
