import type { INestApplicationContext } from '@nestjs/common'
import type { Relay } from '#libs/kafka'
import { Database } from '#libs/postgres'
import { failureFields, logCodes, type Logger } from '#libs/service'
import { DatabaseClock } from './database-clock.js'
import { OutboxRoom } from './outbox-room.js'
import { repeatedly } from './repeatedly.js'

const storageLog = logCodes('storage', ['WATCH_FAILED', 'OUTBOX_FULL'])
const pauseMs = 5_000

/** Asks the database for its time, and the outbox for its length; once before it returns, then every five seconds. */
export async function startWatchingStorage(
  app: INestApplicationContext,
  relay: Relay,
  logger: Logger,
): Promise<() => Promise<void>> {
  const [database, clock, room] = [app.get(Database), app.get(DatabaseClock), app.get(OutboxRoom)]
  const look = async () => {
    const [row] = await database.query<{ now: Date }>('select clock_timestamp() as now')
    if (row) clock.observe(row.now)
    const { unpublished } = await relay.depth()
    room.note(unpublished)
    if (room.isFull()) logger.error(storageLog.OUTBOX_FULL, { depth: unpublished })
  }
  await look()
  return repeatedly(
    () =>
      look().catch((error: unknown) => {
        logger.warn(storageLog.WATCH_FAILED, failureFields(error))
      }),
    pauseMs,
  )
}
