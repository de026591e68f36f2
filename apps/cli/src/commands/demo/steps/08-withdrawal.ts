import { byParticulars, bases, day, eventOf, type PostedEvent } from '../events.js'
import { copyOf, eventually, type Player } from '../player.js'
import { textAt, type Stage, type Step } from '../stage.js'

async function play(stage: Stage): Promise<void> {
  const { story, nextSchool, nextCouncil, housing } = stage
  story.say('Housing places the family in Tidewell; the mother agreed that others be told.')
  for (const agency of [nextSchool, nextCouncil]) await agency.catchUp()
  const placed = placement(stage)
  const { eventId } = await housing.post(placed)
  const sent = await nextCouncil.awaits('the placement', copyOf('housing.temporary-accommodation.placed', placed.id))
  story.say('Tidewell fetched its copy; that of the school waits. Now the mother withdraws her agreement.')
  await housing.post(
    eventOf({
      agency: 'northbridge-housing',
      type: 'any.basis.withdrawn',
      child: byParticulars(stage.cast.amina, { nhs: true }),
      basis: bases.correction,
      body: { withdrawsEventId: eventId, withdrawnOn: day(), reason: 'The mother withdrew her agreement.' },
    }),
  )
  await nextCouncil.awaits('a withdrawal', (slot) => slot.kind === 'withdrawn' && slot.withdraws === sent.sequence)
  story.prove(true, 'who had the copy is told, by a numbered withdrawal that must be answered')
  await tombstone(stage, placed)
  await correction(stage)
  await ending(stage)
}

function placement({ cast }: Stage): PostedEvent {
  return eventOf({
    agency: 'northbridge-housing',
    type: 'housing.temporary-accommodation.placed',
    urgency: 'U4',
    child: byParticulars(cast.amina, { nhs: true }),
    basis: bases.homeless,
    body: {
      placedOn: day(),
      kind: 'nightly-paid',
      toCouncil: { system: 'urn:waymark:gss', value: 'E06000999' },
      postcodeDistrict: 'TW4',
      outOfArea: true,
      bedAndBreakfastOverSixWeeks: false,
    },
  })
}

/** St Brannoc's, where Amina is a pupil now, had not fetched its copy: a reason stands in its slot, and no number is missing. */
async function tombstone({ story, nextSchool }: Stage, placed: PostedEvent): Promise<void> {
  const isThere = await eventually(async () =>
    (await nextSchool.slots()).some(
      (slot) => slot.kind === 'withdrawn' && slot.reason === 'basis-withdrawn' && slot.withdraws === undefined,
    ),
  )
  story.prove(
    isThere,
    "St Brannoc's, which had not fetched its copy, finds a tombstone with the reason basis-withdrawn",
  )
  const slots = await nextSchool.slots()
  story.prove(!slots.some(copyOf('housing.temporary-accommodation.placed', placed.id)), 'and never the copy')
  story.prove(
    slots.every((slot, at) => slot.sequence === (slots[0]?.sequence ?? 0) + at),
    'its numbers have no gap',
  )
}

async function correction({ story, cast, council, police, hospital }: Stage): Promise<void> {
  story.say('The council finds that an enquiry was recorded of the wrong child.')
  const wrong = eventOf({
    agency: 'northbridge-council',
    type: 'council.enquiry.started',
    urgency: 'U1',
    child: byParticulars(cast.amina, { nhs: true }),
    basis: { gateways: ['CA1989-47'] },
    body: { startedOn: day(), contact: { role: 'duty-social-worker', phone: '01632 960110' } },
  })
  const { eventId } = await council.post(wrong)
  const had: Player[] = []
  for (const agency of [police, hospital]) {
    if (await eventually(async () => (await agency.slots()).some(copyOf('council.enquiry.started', wrong.id))))
      had.push(agency)
  }
  story.prove(had.length > 0, `${had.map(({ name }) => name).join(' and ')} had it`)
  await council.post(
    eventOf({
      agency: 'northbridge-council',
      type: 'any.correction.issued',
      child: byParticulars(cast.amina, { nhs: true }),
      basis: bases.correction,
      body: { correctsEventId: eventId, kind: 'wrong-child', reason: 'Recorded of the wrong child.' },
    }),
  )
  for (const agency of had) await agency.awaits('the correction', copyOf('any.correction.issued'))
  story.prove(true, 'everyone who had it is told')
}

async function ending({ story, officer, council, hospital, cast }: Stage): Promise<void> {
  const id = 'dsa-merrow-academy'
  story.say('The data protection officer ends the agreement of a school that leaves the scheme.')
  const answer = await officer.ask('EndAgreement', { id, reason: 'The school leaves the scheme.' })
  const endedAt = textAt(answer, 'data', 'endAgreement', 'endedAt')
  story.prove(endedAt !== '', 'the agreement is ended')
  const { eventId } = await council.post(
    eventOf({
      agency: 'northbridge-council',
      type: 'council.looked-after.started',
      child: byParticulars(cast.amina, { nhs: true }),
      requestedRecipients: ['merrow-academy'],
      body: {
        startedOn: day(),
        careKind: 'foster',
        legalStatusCode: 'V2',
        contact: { role: 'lead-social-worker', phone: '01632 960111' },
      },
    }),
  )
  await hospital.awaits('the event', copyOf('council.looked-after.started'))
  const decisions = JSON.stringify((await council.ask('Decisions', { eventId })).data)
  story.prove(
    /merrow-academy[^}]*DENY|DENY[^}]*merrow-academy/.test(decisions),
    'nothing more leaves under it: the next event is denied to it',
  )
}

export const withdrawal: Step = { title: '8  What was shared is taken back', play }
