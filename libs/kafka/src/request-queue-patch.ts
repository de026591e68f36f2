import { createRequire } from 'node:module'

interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null
  throttledUntil: number
  readonly pending: readonly unknown[]
  scheduleCheckPendingRequests(): void
  checkPendingRequests(): void
}

/** The one version whose source was read; another may not need this, or may break by it. */
const patchedVersion = '2.2.4'
const recheckMs = 10

/**
 * Stops kafkajs from waking every connection each millisecond while it has nothing to send (5 % of a core, idle).
 *
 * @returns whether the repair is in place; `false` when the installed version is not the one it was written for
 * @see https://github.com/tulios/kafkajs/issues/1751
 */
export function patchRequestQueue(require: NodeJS.Require = createRequire(import.meta.url)): boolean {
  if ((require('kafkajs/package.json') as { version: string }).version !== patchedVersion) return false
  const queue = require('kafkajs/src/network/requestQueue') as { prototype: RequestQueue }
  queue.prototype.scheduleCheckPendingRequests = scheduleOnlyWhenNeeded
  return true
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
