export { isBlank } from './blank.js'
export { parseNhsNumber } from './nhs-number.js'
export { isTemporaryUpn, parseUpn } from './upn.js'
export { parseUln } from './uln.js'
export { drawUci, formatUci, readUci, type Uci } from './uci.js'
export { isPseudoPostcode, parsePostcode, parseUprn } from './place.js'
export {
  identifierSystems,
  nhsNumberSystem,
  readIdentifier,
  uciSystem,
  ulnSystem,
  upnSystem,
  type IdentifierFault,
} from './read-identifier.js'
