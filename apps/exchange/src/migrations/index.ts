import { Agreements1795325400000 } from './1795325400000-agreements.js'
import { Events1795325400001 } from './1795325400001-events.js'
import { Deliveries1795325400002 } from './1795325400002-deliveries.js'
import { IdentityChanges1795325400100 } from './1795325400100-identity-changes.js'
import { OnItsWay1795410002000 } from './1795410002000-on-its-way.js'
import { KeyedRequests1795900001000 } from './1795900001000-keyed-requests.js'
import { OfficesOfTheHub1795800002000 } from './1795800002000-offices-of-the-hub.js'
import { SharingQuestions1795900002000 } from './1795900002000-sharing-questions.js'
import { ToldDecisions1795900003000 } from './1795900003000-told-decisions.js'
import { Restraints1795900004000 } from './1795900004000-restraints.js'
import { ToldAnswers1795900005000 } from './1795900005000-told-answers.js'
import { SenderLines1795900006000 } from './1795900006000-sender-lines.js'
import { EventsBehind1795900007000 } from './1795900007000-events-behind.js'

/** In order; listed, never globbed, since `dist` may hold stale files. */
export const migrations = [
  Agreements1795325400000,
  Events1795325400001,
  Deliveries1795325400002,
  IdentityChanges1795325400100,
  OnItsWay1795410002000,
  OfficesOfTheHub1795800002000,
  KeyedRequests1795900001000,
  SharingQuestions1795900002000,
  ToldDecisions1795900003000,
  Restraints1795900004000,
  ToldAnswers1795900005000,
  SenderLines1795900006000,
  EventsBehind1795900007000,
]
