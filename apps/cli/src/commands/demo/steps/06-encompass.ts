import { byParticulars, bases, day, eventOf } from '../events.js'
import { copyOf } from '../player.js'
import { textAt, type Stage, type Step } from '../stage.js'

async function play(stage: Stage): Promise<void> {
  const { story, cast, school, nextSchool, police } = stage
  story.say(
    'Operation Encompass: the police were called to a home last night. The school must know before its day begins.',
  )
  await notify(stage, cast.amina)
  const notice = await school.awaits('the notice', copyOf('police.domestic-abuse.notified'))
  const handling = notice.kind === 'copy' ? notice.copy.data['handling'] : undefined
  story.prove(
    JSON.stringify(handling).includes('designated-safeguarding-lead'),
    'the right school has it, for its safeguarding lead',
  )
  await school.catchUp()
  await nextSchool.post(
    eventOf({
      agency: 'st-brannocs-primary',
      type: 'school.pupil.admitted',
      child: byParticulars(cast.leo, { upn: true, nhs: true }),
      basis: bases.education,
      body: { school: { system: 'urn:waymark:gias-urn', value: '999902' }, onRollOn: day(-20), enrolment: 'main' },
    }),
  )
  story.say("A second notice goes to St Brannoc's, where nobody acknowledges it. Time passes.")
  await notify(stage, cast.leo)
  await nextSchool.awaits('the notice', copyOf('police.domestic-abuse.notified'))
  await advance(stage, 'P3D')
  const back = await police.awaits('its notice came back', (slot) => {
    const isBack = copyOf('hub.delivery.unacknowledged')(slot)
    return isBack && slot.kind === 'copy' && slot.copy.data.body?.['recipient'] === 'st-brannocs-primary'
  })
  const phone = back.kind === 'copy' ? textAt(back.copy.data.body, 'phone') : ''
  story.prove(phone.startsWith('01632'), `Vale Police is told that nobody acknowledged, and to ring ${phone}`)
}

async function notify({ police }: Stage, child: Stage['cast']['amina']): Promise<void> {
  await police.post(
    eventOf({
      agency: 'vale-police',
      type: 'police.domestic-abuse.notified',
      urgency: 'U1',
      child: byParticulars(child, { nhs: true }),
      basis: bases.encompass,
      body: {
        policeRef: 'VP-DEMO',
        incidentAt: new Date(Date.now() - 3_600_000).toISOString(),
        childPresent: true,
        circumstances: 'An invented incident.',
      },
    }),
  )
}

/** Moves the hub's time, which a sandbox allows. */
export async function advance({ officer, story }: Stage, duration: string): Promise<void> {
  const answer = await officer.send('POST', '/v1/demo-clock', { advance: duration })
  story.prove(answer.status >= 200 && answer.status < 300, `the hub's clock moved on by ${duration}`)
}

export const encompass: Step = { title: '6  A notice before the school day, and one that nobody reads', play }
