import { readdirSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { checkBasis, validatePosted } from '#libs/events'
import { aBasis, aChild, anEvent } from './builders.js'

describe('events built for tests', () => {
  const posted = readdirSync('schemas/events/golden').filter((type) => !type.startsWith('hub.'))

  it.each(posted)('%s is valid and lawful as it comes', (type) => {
    const event = anEvent(type)
    expect(validatePosted(event, { now: new Date(event.time) })).toMatchObject({ ok: true })
    expect(checkBasis(event, new Date(event.time))).toEqual([])
    expect(anEvent(type).id).not.toBe(event.id)
  })

  it('may have a child and a basis of their own', () => {
    const child = aChild({ recordId: 'lk-1' })
    const event = anEvent('school.pupil.admitted', { data: { child, sharingBasis: aBasis() } })
    expect(validatePosted(event, { now: new Date(event.time) })).toMatchObject({ ok: true, event })
    expect(event.data.child).toBe(child)
  })
})
