export { parseNhsNumber, type NhsNumber } from './nhs-number.js'
export { isTemporaryUpn, parseUpn, type Upn } from './upn.js'
export { parseUln, type Uln } from './uln.js'
export { drawUci, formatUci, readUci, type Uci, type UciFault } from './uci.js'
export { parseGss, parseLaestab, parseOds, parseOfstedUrn, parseUkprn, parseUrn } from './organisation.js'
export { isPseudoPostcode, parsePostcode, parseUprn } from './place.js'
export {
  identifierSystems,
  nhsNumberSystem,
  readIdentifier,
  uciSystem,
  ulnSystem,
  upnSystem,
  type Identifier,
  type IdentifierFault,
  type IdentifierReading,
  type IdentifierSystem,
} from './read-identifier.js'
