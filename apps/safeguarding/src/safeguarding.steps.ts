import { startRelay, type EventLog } from '#libs/kafka'
import { Database } from '#libs/postgres'
import { KeyRing } from '#libs/security'
import { readiness, type Logger, type Step } from '#libs/service'
import { ClockMoved } from './demo-clock/clock-moved.js'
import { FlagRepository } from './flag/flag.repository.js'
import { Escalate } from './handover/escalate.js'
import { startEscalating } from './handover/escalate.timer.js'
import { WaitingRepository } from './handover/waiting.repository.js'
import { InvolvementRepository } from './involvement/involvement.repository.js'
import { FollowChildren } from './projection/follow-children.js'
import { ProjectionLag } from './projection/lag.js'
import { ProjectEvent } from './projection/project-event.js'
import { startProjection } from './projection/record-event.consumer.js'
import { RetractionRepository } from './projection/retraction.repository.js'
import { WorldView } from './projection/world.js'

/** Reads events into what is true now, relays what this program says, and keeps the clocks of handovers. */
export function keepUp(openLog: (logger: Logger) => EventLog, relayOf = startRelay): Step {
  return (app, logger) => {
    const database = app.get(Database)
    const eventLog = openLog(logger)
    const relay = relayOf({ database, schema: 'safeguarding', eventLog, logger })
    const nudge = (): void => {
      relay.nudge()
    }
    const consumer = startProjection({
      ...{ database, eventLog, logger, keyRing: app.get(KeyRing), world: app.get(WorldView) },
      ...{ retractions: app.get(RetractionRepository), projectEvent: app.get(ProjectEvent), onTold: nudge },
      followChildren: app.get(FollowChildren),
      batches: {
        involvements: app.get(InvolvementRepository),
        flags: app.get(FlagRepository),
        waiting: app.get(WaitingRepository),
      },
    })
    app.get(ProjectionLag).watch(consumer)
    readiness.add('projection', () => consumer.health().state !== 'degraded')
    const timer = startEscalating(app.get(Escalate), logger, nudge)
    app.get(ClockMoved).listen(() => {
      timer.nudge()
    })
    return async () => {
      await timer.stop()
      await consumer.stop()
      await relay.stop()
      await eventLog.close()
    }
  }
}
