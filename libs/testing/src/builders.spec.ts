import { readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { checkBasis, validatePosted } from '#libs/events'
import { aChild, anEvent } from './builders.js'

describe('events built for tests', () => {
  const posted = readdirSync('schemas/events/golden').filter((type) => !type.startsWith('hub.'))

  it.each(posted)('%s is valid and lawful as it comes', (type) => {
    const event = anEvent(type)
    expect(validatePosted(event, { now: new Date(event.time) })).toMatchObject({ ok: true })
    expect(checkBasis(event, new Date(event.time))).toEqual([])
    expect(anEvent(type).id).not.toBe(event.id)
  })

  it('may have a child and a body of their own', () => {
    const child = aChild({ recordId: 'lk-1' })
    const event = anEvent('school.pupil.admitted', { data: { child }, body: { onRollOn: '2026-11-17' } })
    expect(validatePosted(event, { now: new Date(event.time) })).toMatchObject({ ok: true, event })
    expect(event.data.child).toBe(child)
    expect(event.data.body['onRollOn']).toBe('2026-11-17')
  })
})
