import { describe, expect, it } from '@jest/globals'
import { JustWritten } from './just-written.js'

const message = (eventId: string, bytes: number) => ({ eventId, value: Buffer.alloc(bytes, eventId) })

describe('messages just written', () => {
  it('are found until they were published', () => {
    const written = new JustWritten()
    written.add([message('a', 10), message('b', 20)])
    expect(written.valueOf('a')).toEqual(Buffer.alloc(10, 'a'))
    written.drop('a')
    written.drop('never there')
    expect([written.valueOf('a'), written.valueOf('b')]).toEqual([undefined, Buffer.alloc(20, 'b')])
  })

  it('take no more room than they may, the oldest giving way', () => {
    const written = new JustWritten(100)
    written.add([message('a', 40), message('b', 40)])
    written.add([message('a', 40)])
    written.add([message('c', 40)])
    expect(['a', 'b', 'c'].map((id) => written.valueOf(id)?.length)).toEqual([40, undefined, 40])
    written.add([message('d', 101)])
    expect(['a', 'b', 'c', 'd'].map((id) => written.valueOf(id))).toEqual([undefined, undefined, undefined, undefined])
    written.add([message('e', 100)])
    expect(written.valueOf('e')).toHaveLength(100)
  })
})
