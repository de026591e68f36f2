import { Projection1795200003000 } from './1795200003000-projection.js'
import { Handovers1795200003001 } from './1795200003001-handovers.js'
import { CalendarOfEngland1795200003002 } from './1795200003002-calendar-of-england.js'
import { IdentityChanges1795200003100 } from './1795200003100-identity-changes.js'
import { SealedHandovers1795400003100 } from './1795400003100-sealed-handovers.js'
import { ReturnInterview1795400003200 } from './1795400003200-return-interview.js'
import { KeyedRequests1795900001000 } from './1795900001000-keyed-requests.js'
import { HandoverWords1795900002000 } from './1795900002000-handover-words.js'
import { RetractedDepartures1795900002100 } from './1795900002100-retracted-departures.js'
import { ClosedHandovers1795900003000 } from './1795900003000-closed-handovers.js'

/** In order; a migration that has run anywhere is never changed. */
export const migrations = [
  Projection1795200003000,
  Handovers1795200003001,
  CalendarOfEngland1795200003002,
  IdentityChanges1795200003100,
  SealedHandovers1795400003100,
  ReturnInterview1795400003200,
  KeyedRequests1795900001000,
  HandoverWords1795900002000,
  RetractedDepartures1795900002100,
  ClosedHandovers1795900003000,
]
