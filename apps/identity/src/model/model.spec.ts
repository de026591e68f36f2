import { describe, expect, it } from '@jest/globals'
import { modelMoves, stepFor } from './model.js'

describe('a proposed model', () => {
  it('is a shadow first, and then needs two persons', () => {
    expect(stepFor({ status: 'draft' }, 'one')).toEqual({ step: 'shadow' })
    expect(stepFor({ status: 'shadow' }, 'one')).toEqual({ step: 'propose' })
    expect(stepFor({ status: 'shadow', proposedBy: 'one' }, 'one')).toEqual({ step: 'refuse', because: 'same-person' })
    expect(stepFor({ status: 'shadow', proposedBy: 'one' }, 'two')).toEqual({ step: 'activate' })
  })

  it('comes back by two persons once it is retired, and the active one stays', () => {
    expect(stepFor({ status: 'retired' }, 'one')).toEqual({ step: 'propose' })
    expect(stepFor({ status: 'retired', proposedBy: 'two' }, 'one')).toEqual({ step: 'activate' })
    expect(stepFor({ status: 'active' }, 'one')).toEqual({ step: 'refuse', because: 'is-active' })
    expect(modelMoves.active).toEqual(['retired'])
  })
})
