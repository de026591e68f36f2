import { CreateLog1795200005000 } from './1795200005000-create-log.js'

/** In order; a migration that has run anywhere is never changed. */
export const migrations = [CreateLog1795200005000]
