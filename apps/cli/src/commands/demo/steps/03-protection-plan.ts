import { byParticulars, day, eventOf } from '../events.js'
import type { Stage, Step } from '../stage.js'

async function play({ story, cast, council, found }: Stage): Promise<void> {
  story.say(
    'Northbridge Council starts a protection plan for the child with this NHS number, and asks that Housing be told.',
  )
  const receipt = await council.post(
    eventOf({
      agency: 'northbridge-council',
      type: 'council.protection-plan.started',
      urgency: 'U1',
      child: byParticulars(cast.amina, { nhs: true }),
      requestedRecipients: ['northbridge-housing'],
      body: {
        startedOn: day(),
        categoryCode: 'NEG',
        contact: {
          role: 'lead-social-worker',
          name: 'Sam Okoro',
          phone: '01632 960111',
          outOfHoursPhone: '01632 960118',
        },
      },
    }),
  )
  found.planEventId = receipt.eventId
}

export const protectionPlan: Step = { title: '3  A council starts a protection plan', play }
