import { describe, expect, it } from '@jest/globals'
import { createRequire } from 'node:module'
import { patchRequestQueue } from './request-queue-patch.js'

describe('the repair of kafkajs', () => {
  it('is in place for the version that is installed', () => {
    expect(patchRequestQueue()).toBe(true)
  })

  it('leaves every other version alone', () => {
    const touched: string[] = []
    const other = ((name: string) => {
      touched.push(name)
      return { version: '2.2.5' }
    }) as unknown as NodeJS.Require
    expect(patchRequestQueue(other)).toBe(false)
    expect(touched).toEqual(['kafkajs/package.json'])
  })

  it('sets no timer while nothing waits', () => {
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
      prototype: { scheduleCheckPendingRequests(): void }
    }
    const idle = { throttleCheckTimeoutId: null, throttledUntil: -1, pending: [] }
    prototype.scheduleCheckPendingRequests.call(idle)
    expect(idle.throttleCheckTimeoutId).toBeNull()
  })
})
