import { copyOf, eventually, type Player, type Slot } from '../player.js'
import { listAt, type Stage, type Step } from '../stage.js'

const plan = 'council.protection-plan.started'

async function play(stage: Stage): Promise<void> {
  const { story, school, hospital, police, nextSchool, housing } = stage
  story.say('The event went from the outbox through Kafka to the router, which asked the policy once for each agency.')
  for (const agency of [school, hospital, police]) {
    const slot = await agency.awaits('the plan', copyOf(plan))
    story.prove(
      holds(slot, 'startedOn') && holds(slot, 'contact'),
      `${agency.name} learns that there is a plan, since when, and whom to phone`,
    )
    story.prove(!holds(slot, 'categoryCode'), `${agency.name} does not learn why`)
    story.prove(
      slot.kind === 'copy' && slot.copy.data['handling'] !== undefined,
      'with who may read it, and who may not be shown it',
    )
  }
  for (const agency of [nextSchool, housing]) story.prove(!(await has(agency)), `${agency.name} got nothing`)
  await denial(stage)
}

async function denial({ story, council, housing, found }: Stage): Promise<void> {
  const variables = { eventId: found.planEventId }
  story.prove(
    await eventually(
      async () => listAt(await council.ask('Decisions', variables, false), 'data', 'decisions').length > 0,
    ),
    'the council can read what was decided about its event',
  )
  const decisions = listAt(await council.ask('Decisions', variables), 'data', 'decisions')
  const denied = decisions.find(({ recipient }) => recipient === 'northbridge-housing')
  story.prove(denied?.['outcome'] === 'DENY', 'Housing, which the council named, was denied')
  story.prove(JSON.stringify(denied).includes('no-agreement'), 'because no agreement covers such events: no-agreement')
  const asked = await housing.query('query($eventId: ID!) { decisions(eventId: $eventId) { recipient } }', variables)
  story.prove(listAt(asked, 'data', 'decisions').length === 0, 'Housing itself can not read that it was denied')
}

async function has(agency: Player): Promise<boolean> {
  return (await agency.slots()).some(copyOf(plan))
}

function holds(slot: Slot, field: string): boolean {
  return slot.kind === 'copy' && slot.copy.data.body?.[field] !== undefined
}

export const entitled: Step = { title: '4  Exactly those entitled are told, and no more than they may know', play }
