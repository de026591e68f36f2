import { byParticulars, bases, day, eventOf, particularsOf } from '../events.js'
import { textAt, type Stage, type Step } from '../stage.js'

async function play(stage: Stage): Promise<void> {
  const { story, cast, school, hospital, found } = stage
  story.say(
    'Larkhill admits Amina; the hospital sees "Aminah" in its emergency department. Two spellings, two identifiers.',
  )
  await school.post(
    eventOf({
      agency: 'larkhill-primary',
      type: 'school.pupil.admitted',
      child: byParticulars(cast.amina, { upn: true }),
      basis: bases.education,
      body: { school: { system: 'urn:waymark:gias-urn', value: '999901' }, onRollOn: day(-30), enrolment: 'main' },
    }),
  )
  await hospital.post(
    eventOf({
      agency: 'northbridge-hospitals',
      type: 'nhs.emergency-attendance.recorded',
      child: byParticulars(cast.amina, { nhs: true, given: 'Aminah' }),
      basis: bases.health,
      body: {
        attendedAt: new Date().toISOString(),
        setting: 'emergency-department',
        leftBeforeSeen: false,
        safeguardingConcern: true,
      },
    }),
  )
  const bySchool = await resolve(stage, 'school', { upn: true })
  const byHospital = await resolve(stage, 'hospital', { nhs: true, given: 'Aminah' })
  found.uci = textAt(bySchool, 'uci')
  story.prove(found.uci !== '', 'the school is told one unique child identifier')
  story.prove(
    textAt(byHospital, 'uci') === found.uci,
    'the hospital, with another spelling and number, is told the same one',
  )
  await twins(stage)
}

async function resolve(
  stage: Stage,
  who: 'school' | 'hospital',
  options: { nhs?: boolean; upn?: boolean; given?: string },
  child = stage.cast.amina,
): Promise<unknown> {
  const agency = who === 'school' ? 'larkhill-primary' : 'northbridge-hospitals'
  const { identifiers } = byParticulars(child, options)
  const answer = await stage[who].send('POST', '/v1/resolve', {
    mode: 'register',
    source: `urn:waymark:agency:${agency}`,
    sourceRecordId: `${agency}-${child.given}-${child.nhsNumber.slice(3)}`,
    recordedAt: new Date().toISOString(),
    purpose: 'safeguard-child',
    ...particularsOf(child, options.given),
    ...(identifiers !== undefined && { identifiers }),
  })
  stage.story.prove(answer.status === 200, 'the caller is answered at once, whoever has to think about it later')
  return answer.body
}

async function twins(stage: Stage): Promise<void> {
  const { story, cast } = stage
  story.say('Twins: Leo and Mia share surname, birthday, mother and address.')
  const leo = await resolve(stage, 'hospital', { nhs: true }, cast.leo)
  const mia = await resolve(stage, 'school', { upn: true }, cast.mia)
  story.prove(textAt(leo, 'uci') !== '' && textAt(mia, 'uci') !== '', 'each has an identifier')
  story.prove(textAt(leo, 'uci') !== textAt(mia, 'uci'), 'the twins are two children')
}

export const oneChild: Step = { title: '2  One child, two spellings; two children, one birthday', play }
