import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { mostEarly, moveLine, type EarlyEvent, type Moved, type Numbered } from './sender-line.js'

const one = (number: number, eventId = `e-${String(number).padStart(4, '0')}`): Numbered => ({
  eventId,
  number: BigInt(number),
})
const early = (number: number, isDue = false): EarlyEvent => ({ ...one(number), isDue })

/** Who goes on, in order: those who arrived where they stand, and then who waited. */
function goingOn({ straight, released }: Moved, arriving: readonly Numbered[]): readonly string[] {
  return [...arriving.map(({ eventId }) => eventId).filter((eventId) => straight.has(eventId)), ...released]
}

/** A line that groups arrive in, one after the other. */
function arrivalsIn(groups: readonly (readonly Numbered[])[], passed?: bigint) {
  let line: { passed: bigint | undefined; early: readonly EarlyEvent[] } = { passed, early: [] }
  const sent: string[] = []
  for (const group of groups) {
    const moved = moveLine(line, group)
    sent.push(...goingOn(moved, group))
    const waits = [...line.early, ...group.map((each) => ({ ...each, isDue: false }))]
    line = { passed: moved.passed, early: waits.filter(({ eventId }) => !sent.includes(eventId)) }
  }
  return { sent, left: line.early.length }
}

describe('a line of a sender', () => {
  it('begins at whatever number comes first, and of several that come together at the lowest', () => {
    expect(moveLine({ passed: undefined, early: [] }, [one(12)])).toMatchObject({ passed: 12n, released: [] })
    const together = [one(14), one(12), one(13)]
    const moved = moveLine({ passed: undefined, early: [] }, together)
    expect(moved.passed).toBe(14n)
    expect(goingOn(moved, together)).toEqual(['e-0012', 'e-0013', 'e-0014'])
  })

  it('lets an early one wait, and go on behind the one that was missing', () => {
    expect(moveLine({ passed: 11n, early: [] }, [one(13)])).toMatchObject({ passed: 11n, released: [], gaps: [] })
    const arriving = [one(12), one(15), one(14)]
    const moved = moveLine({ passed: 11n, early: [early(13)] }, arriving)
    expect(goingOn(moved, arriving)).toEqual(['e-0012', 'e-0013', 'e-0014', 'e-0015'])
  })

  it('lets go what it has passed, and several of one number in the order of their arrival', () => {
    const arriving = [one(3), one(12, 'a'), one(12, 'b')]
    const moved = moveLine({ passed: 11n, early: [] }, arriving)
    expect(goingOn(moved, arriving)).toEqual(['e-0003', 'a', 'b'])
    expect(moved.passed).toBe(12n)
  })

  it('goes on to the lowest that waits once one has waited too long, and names each gap once', () => {
    const moved = moveLine({ passed: 11n, early: [early(14), early(15), early(18, true), early(20)] }, [])
    expect(moved).toMatchObject({
      passed: 18n,
      released: ['e-0014', 'e-0015', 'e-0018'],
      gaps: [
        { from: 12n, to: 13n, eventId: 'e-0014' },
        { from: 16n, to: 17n, eventId: 'e-0018' },
      ],
    })
  })

  it('goes on at once to one for which a person has minutes, and on the way to who waits before it', () => {
    const arriving = [one(13), { ...one(17), isImmediate: true }, one(19)]
    expect(moveLine({ passed: 11n, early: [early(15)] }, arriving)).toMatchObject({
      passed: 17n,
      released: ['e-0013', 'e-0015', 'e-0017'],
      gaps: [
        { from: 12n, to: 12n, eventId: 'e-0013' },
        { from: 14n, to: 14n, eventId: 'e-0015' },
        { from: 16n, to: 16n, eventId: 'e-0017' },
      ],
    })
  })

  it('goes on to the lowest that waits where a thousand do', () => {
    const waiting = Array.from({ length: mostEarly - 1 }, (_, n) => early(2 * n + 2))
    const arriving = [one(5_000)]
    expect(moveLine({ passed: 0n, early: waiting }, []).gaps).toEqual([])
    expect(moveLine({ passed: 0n, early: waiting }, arriving)).toMatchObject({
      passed: 2n,
      gaps: [{ from: 1n, to: 1n, eventId: 'e-0002' }],
    })
  })

  it('that two lines were joined to goes on by itself', () => {
    const waiting = [early(12), early(14), early(16)]
    expect(moveLine({ passed: 13n, early: waiting }, [])).toMatchObject({
      ...{ passed: 14n, released: ['e-0012', 'e-0014'], gaps: [] },
    })
    expect(moveLine({ passed: undefined, early: waiting }, [])).toMatchObject({ passed: 12n, released: ['e-0012'] })
  })

  it('has the order of its sender in the end, each once, however its events arrive and are grouped', () => {
    const shuffled = fc.integer({ min: 1, max: 40 }).chain((count) =>
      fc.shuffledSubarray(
        Array.from({ length: count }, (_, n) => n + 1),
        { minLength: count },
      ),
    )
    fc.assert(
      fc.property(shuffled, fc.infiniteStream(fc.integer({ min: 1, max: 6 })), fc.nat(3), (order, sizes, base) => {
        const groups: Numbered[][] = []
        for (let at = 0; at < order.length; at += groups.at(-1)?.length ?? 1)
          groups.push(order.slice(at, at + (sizes.next().value as number)).map((n) => one(n + base)))
        const { sent, left } = arrivalsIn(groups, BigInt(base))
        expect(left).toBe(0)
        expect(sent).toEqual([...order].sort((a, b) => a - b).map((n) => one(n + base).eventId))
      }),
    )
  })
})
