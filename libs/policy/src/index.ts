export type { AccessAction, AccessQuestion } from './access-question.js'
export { decideAccess } from './decide-access.js'
export type { AccessDecision } from './decide-access.js'
export { decideDelivery } from './decide-delivery.js'
export type {
  AgencyKind,
  Capacity,
  DeliveryDecision,
  DeliveryQuestion,
  InvolvementKind,
  InvolvementSpan,
  Protection,
} from './delivery-question.js'
export { involvementKinds } from './delivery-question.js'
export { fieldGroups } from './field-group.js'
export type { FieldGroup } from './field-group.js'
export type { Permit } from './permit.js'
export { policiesIn } from './policy-folder.js'
export { loadPolicies, readPolicySet } from './policy-set.js'
export type { PolicySet } from './policy-set.js'
export { textOfReadPolicySet } from './read-policy-set.js'
