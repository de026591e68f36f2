import { CreateIdentity1795200002000 } from './1795200002000-create-identity.js'
import { ChangesAndReviews1795200002100 } from './1795200002100-changes-and-reviews.js'
import { IndexBulkModels1795300004200 } from './1795300004200-index-bulk-models.js'
import { Vault1795300004300 } from './1795300004300-vault.js'
import { FindInOneTrip1795400001300 } from './1795400001300-find-in-one-trip.js'
import { StaleChildren1795400002200 } from './1795400002200-stale-children.js'
import { OverridesByRecord1795400002300 } from './1795400002300-overrides-by-record.js'
import { KeysBeforeTables1795500001000 } from './1795500001000-keys-before-tables.js'
import { LearnedWhileChecked1795600002000 } from './1795600002000-learned-while-checked.js'
import { OneIndexByChild1795600009000 } from './1795600009000-one-index-by-child.js'
import { QuestionsFollow1795600009100 } from './1795600009100-questions-follow.js'
import { KeyedRequests1795900001000 } from './1795900001000-keyed-requests.js'
import { ChecksByProfile1795900001100 } from './1795900001100-checks-by-profile.js'
import { NameVariants1796000001000 } from './1796000001000-name-variants.js'
import { FoundFromProfiles1796000002000 } from './1796000002000-found-from-profiles.js'
import { ProfilesMadeAnew1796000003000 } from './1796000003000-profiles-made-anew.js'

/** In order; a migration that has run anywhere is never changed. */
export const migrations = [
  CreateIdentity1795200002000,
  ChangesAndReviews1795200002100,
  IndexBulkModels1795300004200,
  Vault1795300004300,
  FindInOneTrip1795400001300,
  StaleChildren1795400002200,
  OverridesByRecord1795400002300,
  KeysBeforeTables1795500001000,
  LearnedWhileChecked1795600002000,
  OneIndexByChild1795600009000,
  QuestionsFollow1795600009100,
  KeyedRequests1795900001000,
  ChecksByProfile1795900001100,
  NameVariants1796000001000,
  FoundFromProfiles1796000002000,
  ProfilesMadeAnew1796000003000,
]
