import { describe, expect, it } from '@jest/globals'
import type { Caller } from '#libs/security'
import type { Asked } from './answer-feeds.js'
import { AnswerTogether } from './answer-together.js'
import type { FeedPage } from './feed-page.js'

function asked(agencyId: string, after = 0n): Asked {
  return { caller: { agencyId } as Caller, after, limit: 100 }
}

function pageOf({ caller, after }: Asked): FeedPage {
  return {
    events: [{ of: caller.agencyId, after }],
    state: { head: after, sent: 0n, acknowledged: 0n, epoch: 1 },
  }
}

/** Answers feeds and notes which went together. */
function answering(fails: (group: readonly Asked[]) => boolean = () => false) {
  const groups: string[][] = []
  const together = new AnswerTogether(async (group) => {
    groups.push(group.map(({ caller }) => caller.agencyId))
    await Promise.resolve()
    if (fails(group)) throw new Error('cannot be answered')
    return group.map(pageOf)
  })
  return { groups, together }
}

describe('feeds that are ready at the same time', () => {
  it('are answered together, each with its own page', async () => {
    const { groups, together } = answering()
    const names = ['school', 'trust', 'police']
    const pages = await Promise.all(names.map((name, n) => together.soon(asked(name, BigInt(n)))))
    expect(groups).toEqual([names])
    expect(pages.map(({ events }) => events)).toEqual(names.map((of, n) => [{ of, after: BigInt(n) }]))
  })

  it('never hold two questions of one recipient in one group', async () => {
    const { groups, together } = answering()
    await Promise.all([asked('school'), asked('trust'), asked('school', 1n)].map((one) => together.soon(one)))
    expect(groups).toEqual([['school', 'trust'], ['school']])
  })

  it('are answered alone where they cannot be answered together, so that one at fault harms itself only', async () => {
    const { groups, together } = answering((group) => group.some(({ caller }) => caller.agencyId === 'broken'))
    const outcomes = await Promise.allSettled(['school', 'broken', 'trust'].map((name) => together.soon(asked(name))))
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(groups).toEqual([['school', 'broken', 'trust'], ['school'], ['broken'], ['trust']])
  })

  it('do not wait for one that is long', async () => {
    const { groups, together } = answering()
    await Promise.all([together.soon(asked('school')), together.alone(asked('trust'))])
    expect(groups).toEqual([['trust'], ['school']])
  })
})
