import { failureFields, logCodes, type Logger } from '#libs/service'
import type { Escalate } from './escalate.js'

const timerLog = logCodes('escalation', ['FAILED'])
const everyMs = 1_000

/** A running clock of handovers. */
export interface EscalationTimer {
  /** Looks at the clock now. */
  nudge(): void
  /** Waits for the turn in hand. */
  stop(): Promise<void>
}

/** Looks every second, by the hub's clock, for handovers whose time has come; a turn that fails is tried again the next second. */
export function startEscalating(escalate: Escalate, logger: Logger, afterTurn: () => void): EscalationTimer {
  let running = Promise.resolve()
  const turn = async (): Promise<void> => {
    try {
      if ((await escalate.escalateDue()) > 0) afterTurn()
    } catch (error) {
      logger.error(timerLog.FAILED, failureFields(error))
    }
  }
  const nudge = (): void => {
    running = running.then(turn)
  }
  const timer = setInterval(nudge, everyMs)
  return {
    nudge,
    stop: () => {
      clearInterval(timer)
      return running
    },
  }
}
