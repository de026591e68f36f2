import { byParticulars, bases, day, eventOf } from '../events.js'
import { copyOf, eventually, type Slot } from '../player.js'
import { listAt, textAt, type Stage, type Step } from '../stage.js'
import { advance } from './06-encompass.js'

async function play(stage: Stage): Promise<void> {
  const { story, cast, school, nextSchool } = stage
  story.say("Larkhill takes Amina off roll and names St Brannoc's. A claimed destination closes nothing.")
  await school.post(
    eventOf({
      agency: 'larkhill-primary',
      type: 'school.pupil.left',
      child: byParticulars(cast.amina, { upn: true }),
      basis: bases.education,
      body: {
        school: { system: 'urn:waymark:gias-urn', value: '999901' },
        offRollOn: day(),
        lastAttendedOn: day(-1),
        ground: 'registered-elsewhere',
        destination: 'school',
        destinationSchool: { system: 'urn:waymark:gias-urn', value: '999902' },
        expectedOn: day(3),
      },
    }),
  )
  const opened = await nextSchool.awaits('a handover is open', isHandover('opened', 'school'))
  const handoverId = bodyOf(opened, 'handoverId')
  story.prove(handoverId !== '', "St Brannoc's is told that a child is expected")
  await advance(stage, 'P30D')
  const overdue = await school.awaits(
    'it is overdue',
    (slot) => isHandover('overdue')(slot) && bodyOf(slot, 'handoverId') === handoverId,
  )
  story.prove(overdue.kind === 'copy', 'nobody confirmed by its date: both schools hear, and it goes up a level')
  const waiting = await nextSchool.ask('OpenHandovers', { first: 20 })
  story.prove(
    JSON.stringify(waiting.data).includes(handoverId),
    "it stands in St Brannoc's list until somebody answers",
  )
  await confirm(stage, handoverId)
}

async function confirm({ story, cast, school, nextSchool }: Stage, handoverId: string): Promise<void> {
  await nextSchool.post(
    eventOf({
      agency: 'st-brannocs-primary',
      type: 'any.handover.confirmed',
      child: byParticulars(cast.amina, { upn: true }),
      body: {
        handoverId,
        arrivedOn: day(),
        seenOn: day(),
        contact: { role: 'designated-safeguarding-lead', phone: '01632 960150' },
      },
    }),
  )
  await school.awaits('it is closed', (slot) => isHandover('closed')(slot) && bodyOf(slot, 'handoverId') === handoverId)
  const gone = await eventually(async () => {
    const list = listAt(await nextSchool.ask('OpenHandovers', { first: 50 }, false), 'data', 'handovers', 'edges')
    return !list.some((edge) => textAt(edge, 'node', 'id') === handoverId)
  })
  story.prove(gone, 'the receiving school confirmed that the child is there: only that closed it')
  await nextSchool.post(
    eventOf({
      agency: 'st-brannocs-primary',
      type: 'school.pupil.admitted',
      child: byParticulars(cast.amina, { upn: true }),
      basis: bases.education,
      body: { school: { system: 'urn:waymark:gias-urn', value: '999902' }, onRollOn: day(), enrolment: 'main' },
    }),
  )
}

function isHandover(state: string, kind?: string): (slot: Slot) => boolean {
  return (slot) => copyOf(`hub.handover.${state}`)(slot) && (kind === undefined || bodyOf(slot, 'kind') === kind)
}

function bodyOf(slot: Slot, field: string): string {
  return slot.kind === 'copy' ? textAt(slot.copy.data.body, field) : ''
}

export const handover: Step = { title: '7  A pupil leaves; nobody is lost', play }
