import { SeedHub } from '../../../seed/seed-hub.js'
import type { Stage, Step } from '../stage.js'

/** Enough that names and postcodes repeat. */
const childrenAround = 250

async function play(stage: Stage): Promise<void> {
  const { story, school, nextSchool, council, nextCouncil, hospital, police, housing } = stage
  story.say('Councils, schools, an NHS trust, a police force and housing: each has its own client, keys and agreement.')
  for (const agency of [council, housing, nextCouncil, school, nextSchool, hospital, police]) {
    const status = await agency.request('GET', '/v1/feed/status')
    story.prove(status.status === 200, `${agency.name} has a token bound to its own key, and a feed`)
    await agency.catchUp()
  }
  await others(stage)
  const trace = await stage.auditor.ask('TraceChild', { uci: '99MJ-YZXT-0T', first: 1 }, false)
  story.prove(trace.errors === undefined, 'the auditor may read the access log')
  const refused = await stage.steward.query(
    'query($uci: String!) { accessRecords(uci: $uci, first: 1) { edges { cursor } } }',
    {
      uci: '99MJ-YZXT-0T',
    },
  )
  story.prove(refused.errors?.[0]?.extensions?.code === 'NOT_PERMITTED', 'the data steward may not')
}

/** A hub is never empty: the agencies load what they know of other children. */
async function others({ story, connectionFile }: Stage): Promise<void> {
  story.say(
    `The agencies load their records of ${String(childrenAround)} other children, also protected and adopted ones.`,
  )
  const { records, identified, provisional, known } = await new SeedHub(connectionFile, (line) => {
    story.say(line)
  }).seed(childrenAround)
  story.prove(
    identified + provisional + known >= records * 0.99,
    `${String(identified)} records lead to a child, ${String(provisional)} wait for a person, ${String(known)} were there`,
  )
}

export const agencies: Step = { title: '1  Who is here', play }
