export type { AccessAction, AccessQuestion } from './access-question.js'
export type {
  AgencyKind,
  Capacity,
  DeliveryBasis,
  DeliveryDecision,
  DeliveryQuestion,
  InvolvementKind,
  InvolvementSpan,
  Protection,
  SharedIdentifier,
} from './delivery-question.js'
export { involvementKinds } from './delivery-question.js'
export { fieldGroups } from './field-group.js'
export type { FieldGroup } from './field-group.js'
