export { bodyDigest } from './body-digest.js'
export { checkBasis } from './check-basis.js'
export type { ChildReference, Demographics, Identifier, WithholdingReason } from './child-reference.js'
export { deliver, type Delivery } from './deliver.js'
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
export {
  eventTypes,
  fullType,
  shortType,
  type BodyField,
  type EventTypeInfo,
  type RecipientRule,
} from './event-type.js'
export type { Fault, FieldCode } from './fault.js'
export type {
  DataProtectionConsent,
  FamilyInformed,
  Objection,
  ServiceAgreement,
  SharingBasis,
} from './sharing-basis.js'
export { topics, type Topic } from './topics.js'
export { validateDelivered } from './validate-delivered.js'
export { validatePosted, type EventAccepted, type EventRefusal } from './validate-posted.js'
