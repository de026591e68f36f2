import { constants, setPriority } from 'node:os'

/**
 * Called in a thread of its own: from then on it is given a core only where no request wants one.
 *
 * On Linux alone, where a thread has a priority of its own; elsewhere it would be that of the whole program.
 */
export function giveWay(): void {
  if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW)
}
