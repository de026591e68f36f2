import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'

const againMs = 1_000

/**
 * Hears what transactions of other programs announce (`pg_notify`), on a connection of its own that is made again when it
 * breaks. What is announced meanwhile is lost: it is a word to look now, for who would look anyway a little later.
 *
 * @returns what stops it
 */
export function listen(url: string, channel: string, heard: (text: string) => void): () => Promise<void> {
  const stopped = new AbortController()
  let client: pg.Client | undefined
  const keep = async () => {
    while (!stopped.signal.aborted) {
      client = new pg.Client({ connectionString: url, application_name: `waymark ${channel}`, keepAlive: true })
      await listenOnce(client, channel, heard)
      await client.end().catch(() => undefined)
      await sleep(againMs, undefined, { signal: stopped.signal }).catch(() => undefined) // woken to stop
    }
  }
  const kept = keep()
  return async () => {
    stopped.abort()
    await client?.end().catch(() => undefined)
    await kept
  }
}

/** Resolves when the connection has gone. */
async function listenOnce(client: pg.Client, channel: string, heard: (text: string) => void): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    client.on('error', () => {
      resolve()
    })
    client.on('end', () => {
      resolve()
    })
  })
  client.on('notification', ({ payload = '' }) => {
    heard(payload)
  })
  try {
    await client.connect()
    await client.query(`listen ${client.escapeIdentifier(channel)}`)
  } catch {
    return // as if it had broken: it is made again
  }
  heard('') // what was announced before
  await gone
}
