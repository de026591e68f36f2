export type { ChildReference, Demographics, Identifier, WithholdingReason } from './child-reference.js'
export type {
  AgencyKind,
  Assertion,
  ChildVoice,
  Contact,
  DeliveredDecision,
  DeliveredEvent,
  FieldGroup,
  Handling,
  PostedData,
  PostedEvent,
  RoutedEvent,
  Sender,
  Sensitivity,
  Urgency,
} from './envelope.js'
export type {
  DataProtectionConsent,
  FamilyInformed,
  Objection,
  ServiceAgreement,
  SharingBasis,
} from './sharing-basis.js'
