import { AgenciesAndKeys1795000000001 } from './1795000000001-agencies-and-keys.js'
import { ReplayAndLimits1795000000002 } from './1795000000002-replay-and-limits.js'
import { DistinctInTurn1795000000003 } from './1795000000003-distinct-in-turn.js'

/** In the order in which they run; listed, so that a stale file in `dist` never does. */
export const migrations = [
  AgenciesAndKeys1795000000001,
  ReplayAndLimits1795000000002,
  DistinctInTurn1795000000003,
] as const
