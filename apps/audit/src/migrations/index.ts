import { CreateLog1795200005000 } from './1795200005000-create-log.js'
import { AccountForNumbers1795200005001 } from './1795200005001-account-for-numbers.js'

/** In order; a migration that has run anywhere is never changed. */
export const migrations = [CreateLog1795200005000, AccountForNumbers1795200005001]
