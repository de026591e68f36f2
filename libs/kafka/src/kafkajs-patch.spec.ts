import { beforeAll, describe, expect, it } from '@jest/globals'
import { createRequire } from 'node:module'
import { patchKafkajs } from './kafkajs-patch.js'

describe('the repairs of kafkajs', () => {
  beforeAll(() => {
    patchKafkajs()
  })

  it('are in place for the version that is installed', () => {
    expect(patchKafkajs()).toBe(true)
  })

  it('leave every other version alone', () => {
    const touched: string[] = []
    const other = ((name: string) => {
      touched.push(name)
      return { version: '2.2.5' }
    }) as unknown as NodeJS.Require
    expect(patchKafkajs(other)).toBe(false)
    expect(touched).toEqual(['kafkajs/package.json'])
  })

  it('set no timer while nothing waits', () => {
    const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue') as {
      prototype: { scheduleCheckPendingRequests(): void }
    }
    const idle = { throttleCheckTimeoutId: null, throttledUntil: -1, pending: [] }
    prototype.scheduleCheckPendingRequests.call(idle)
    expect(idle.throttleCheckTimeoutId).toBeNull()
  })

  it('find a seek that is there, and look for none where none is', () => {
    const SeekOffsets = createRequire(import.meta.url)('kafkajs/src/consumer/seekOffsets') as new () => {
      set(topic: string, partition: number, offset: string): void
      has(topic: string, partition: number): boolean
      pop(topic: string, partition: number): object | undefined
    }
    const seeks = new SeekOffsets()
    expect(seeks.has('topic', 1)).toBe(false)
    seeks.set('topic', 1, '7')
    expect([seeks.has('topic', 1), seeks.has('topic', 2)]).toEqual([true, false])
    expect(seeks.pop('topic', 1)).toEqual({ topic: 'topic', partition: 1, offset: '7' })
    expect(seeks.has('topic', 1)).toBe(false)
  })
})
