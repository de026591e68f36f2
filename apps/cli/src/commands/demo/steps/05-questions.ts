import type { CastChild } from '../cast.js'
import { byParticulars, bases, day, eventOf } from '../events.js'
import { eventually, type GraphQLAnswer } from '../player.js'
import { listAt, textAt, type Stage, type Step } from '../stage.js'

async function play(stage: Stage): Promise<void> {
  const { story, school, found, cast } = stage
  story.prove(
    await eventually(async () => {
      const answer = await school.ask('ChildFlags', { uci: found.uci }, false)
      return listAt(answer, 'data', 'child', 'flags').length > 0
    }),
    "the school's own system sees the plan among the child's flags",
  )
  const answer = await school.ask('ChildFlags', { uci: found.uci })
  const [flag] = listAt(answer, 'data', 'child', 'flags')
  story.prove(textAt(flag?.['contacts'], '0', 'outOfHoursPhone') !== '', 'with the telephone number for the night')
  story.prove(listAt(answer, 'data', 'child', 'involvements').length > 0, 'and who else works with the child')
  const receipts = answer.extensions?.accessReceipts ?? []
  story.prove(receipts.length > 1, `answered by several services in one query, with ${receipts.length} receipts`)
  found.receiptRecordId = receipts[0]?.recordId ?? ''
  const byUpn = await school.ask('ChildByIdentifier', { system: 'urn:waymark:upn', value: cast.amina.upn })
  story.prove(textAt(byUpn, 'data', 'childByIdentifier', 'uci') === found.uci, 'the UPN leads to the same child')
  await threeAlike(stage)
}

/** A protected child, one that never existed and one that is not theirs: nobody can tell which is which. */
async function threeAlike(stage: Stage): Promise<void> {
  const { story, guardian, police, cast } = stage
  const protection = await guardian.send('POST', '/v1/protections', {
    level: 'existence-hidden',
    reason: 'A demonstration of protection.',
    reviewOn: day(180),
    child: byParticulars(cast.hidden, { nhs: true }),
  })
  story.prove(protection.status === 201, 'the guardian desk protects a child before anything is recorded of her')
  for (const child of [cast.hidden, cast.stranger]) await attend(stage, child)
  const children: readonly (readonly [string, string])[] = [
    ['a protected child', cast.hidden.nhsNumber],
    ['a child that never existed', cast.pupil.nhsNumber],
    ['a child that is not theirs', cast.stranger.nhsNumber],
  ]
  const answers = new Set<string>()
  for (const [whom, value] of children) {
    story.say(`Vale Police asks about ${whom}.`)
    const system = 'https://fhir.nhs.uk/Id/nhs-number'
    answers.add(withoutReceipts(await police.ask('ChildByIdentifier', { system, value })))
  }
  story.prove(answers.size === 1, 'three answers alike, but for the receipts’ random values')
}

async function attend({ hospital }: Stage, child: CastChild): Promise<void> {
  await hospital.post(
    eventOf({
      agency: 'northbridge-hospitals',
      type: 'nhs.emergency-attendance.recorded',
      child: byParticulars(child, { nhs: true }),
      basis: bases.health,
      body: {
        attendedAt: new Date().toISOString(),
        setting: 'emergency-department',
        leftBeforeSeen: false,
        safeguardingConcern: false,
      },
    }),
  )
}

function withoutReceipts({ extensions, ...answer }: GraphQLAnswer): string {
  const receipts = extensions?.accessReceipts?.map(({ service }) => service)
  return JSON.stringify({ ...answer, extensions: { ...extensions, accessReceipts: receipts } })
}

export const questions: Step = { title: '5  A school asks; the police ask about three children', play }
