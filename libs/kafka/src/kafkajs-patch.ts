import { createRequire } from 'node:module'
import { repairEncoder, repairProduce, type EncoderClass, type ProduceProtocols } from './kafkajs-encoding.js'

interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null
  throttledUntil: number
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
  checkPendingRequests(): void
}

interface SeekOffsets {
  readonly size: number
  getKey(topic: string, partition: number): string
  has(topic: string, partition: number): boolean
}

/** The one version whose source was read; another may not need this, or may break by it. */
const patchedVersion = '2.2.4'
const recheckMs = 10

/**
 * Stops kafkajs from waking every connection each millisecond while it has nothing to send (5 % of a core, idle), and from
 * writing a name as JSON for each partition of each fetch to look it up among seeks that hardly ever are (3 % of a reader
 * of seventy partitions under load). Requests are written without clearing and copying memory for each part of them, see
 * `kafkajs-encoding.ts`.
 *
 * @returns whether the repairs are in place; `false` when the installed version is not the one they were written for
 * @see https://github.com/tulios/kafkajs/issues/1751
 */
export function patchKafkajs(require: NodeJS.Require = createRequire(import.meta.url)): boolean {
  if ((require('kafkajs/package.json') as { version: string }).version !== patchedVersion) return false
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }
  queue.prototype.scheduleCheckPendingRequests = scheduleOnlyWhenNeeded
  const seeks = require('kafkajs/src/consumer/seekOffsets') as { prototype: SeekOffsets }
  seeks.prototype.has = hasOnlyWhenThereAreSome
  repairEncoding(require)
  return true
}

const repaired = new WeakSet<EncoderClass>()

/** Once: a repair is put around what was there. */
function repairEncoding(require: NodeJS.Require): void {
  const encoder = require('kafkajs/src/protocol/encoder') as EncoderClass
  if (repaired.has(encoder)) return
  repaired.add(encoder)
  repairEncoder(encoder)
  repairProduce(require('kafkajs/src/protocol/requests/produce') as ProduceProtocols, encoder)
}

/** As the original, but a queue that is neither throttled nor waiting sets no timer. */
function scheduleOnlyWhenNeeded(this: RequestQueue): void {
  if (this.throttleCheckTimeoutId !== null) return
  const throttledMs = this.throttledUntil - Date.now()
  if (throttledMs <= 0 && this.pending.length === 0) return
  this.throttleCheckTimeoutId = setTimeout(
    () => {
      this.throttleCheckTimeoutId = null
      this.checkPendingRequests()
    },
    throttledMs > 0 ? throttledMs : recheckMs,
  )
}

/** As the original, but no name is made while there is nothing to be found by it. */
function hasOnlyWhenThereAreSome(this: SeekOffsets, topic: string, partition: number): boolean {
  return this.size > 0 && Map.prototype.has.call(this, this.getKey(topic, partition))
}
