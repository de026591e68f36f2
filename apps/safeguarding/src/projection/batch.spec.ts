import { describe, expect, it } from '@jest/globals'
import type { Sql } from '#libs/postgres'
import type { RaiseFlag } from '../flag/flags.js'
import type { WaitingRepository } from '../handover/waiting.repository.js'
import type { OpenInvolvement } from '../involvement/openings.js'
import { Batch } from './batch.js'

const from = { childId: 'a', eventId: 'e', seq: 1, postedBy: 'larkhill-primary' }
const involvement = { do: 'open-involvement', kind: 'gp' } as OpenInvolvement
const flag = { do: 'raise-flag', kind: 'MISSING' } as RaiseFlag

function aBatch() {
  const written: string[] = []
  const waiting = { among: () => Promise.resolve([{ childId: 'a', kind: 'school' }]) } as unknown as WaitingRepository
  const batch = new Batch({} as Sql, {
    involvements: { open: (_, rows) => void written.push(`${String(rows.length)} involvements`) },
    flags: { raise: (_, rows) => void written.push(`${String(rows.length)} flags`) },
    waiting,
  })
  return { batch, written }
}

describe('a batch of the projection', () => {
  it('writes what was added once, each kind together', () => {
    const { batch, written } = aBatch()
    batch.add(involvement, from)
    batch.add(flag, from)
    batch.add(involvement, { ...from, childId: 'b' })
    expect(written).toEqual([])
    batch.write()
    batch.write()
    expect(written).toEqual(['2 involvements', '1 flags'])
  })

  it('asks nothing about a handover that cannot wait, and everything once it no longer knows', async () => {
    const { batch } = aBatch()
    await batch.look(['a', 'b'])
    expect([batch.mayWait('a', 'school'), batch.mayWait('a', 'gp'), batch.mayWait('b', 'gp')]).toEqual([
      true,
      false,
      false,
    ])
    batch.opened('b', 'gp')
    expect(batch.mayWait('b', 'gp')).toBe(true)
    batch.forget()
    expect([batch.mayWait('a', 'gp'), batch.mayWait('c', 'area')]).toEqual([true, true])
    batch.opened('a', 'gp')
    expect(batch.mayWait('c', 'area')).toBe(true)
  })
})
