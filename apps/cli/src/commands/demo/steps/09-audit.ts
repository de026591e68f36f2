import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { verifyProof } from '../../verify/proof.js'
import { eventually } from '../player.js'
import { listAt, textAt, type Stage, type Step } from '../stage.js'

async function play(stage: Stage): Promise<void> {
  const { story, auditor, found } = stage
  story.say('An auditor asks who saw, or was sent, what about Amina.')
  story.prove(
    await eventually(async () => {
      const all = listAt(
        await auditor.ask('TraceChild', { uci: found.uci, first: 100 }, false),
        'data',
        'accessRecords',
        'edges',
      )
      return all.some((edge) => textAt(edge, 'node', 'kind') === 'disclose')
    }),
    'the access log has the disclosures',
  )
  const answer = await auditor.ask('TraceChild', { uci: found.uci, first: 100 })
  const records = listAt(answer, 'data', 'accessRecords', 'edges').map((edge) => edge['node'])
  for (const record of records.slice(0, 12)) {
    const who = textAt(record, 'recipient') || textAt(record, 'agency')
    const why = [textAt(record, 'purpose'), textAt(record, 'ruleId')].filter(Boolean).join(', ')
    story.say(
      `${textAt(record, 'at')}  ${textAt(record, 'kind').padEnd(9)} ${who.padEnd(22)} ${textAt(record, 'eventType') || textAt(record, 'action')}  (${why})`,
    )
  }
  story.prove(
    records.every((record) => textAt(record, 'state') === 'intact'),
    `${records.length} records, all intact`,
  )
  story.prove(
    records.some((record) => textAt(record, 'ruleId') !== ''),
    'each disclosure names the rule under which it left',
  )
  await offline(stage)
}

/** The school proves its own look-up from the receipt it was given, without asking the hub to be believed. */
async function offline({ story, school, found, folder }: Stage): Promise<void> {
  const id = found.receiptRecordId
  const opening = await school.send('GET', `/v1/access-records/${id}`)
  story.prove(opening.status === 200, 'the school opens the record of its own question')
  const proof = await school.request('GET', `/v1/access-records/${id}.tlog-proof`)
  story.prove(proof.status === 200, 'and fetches its proof')
  const place = mkdtempSync(join(tmpdir(), 'waymark-proof-'))
  const files = {
    proof: join(place, `${id}.tlog-proof`),
    record: join(place, 'record.json'),
    altered: join(place, 'altered.json'),
  }
  const record = JSON.stringify(opening.body)
  writeFileSync(files.proof, String(proof.body))
  writeFileSync(files.record, record)
  writeFileSync(
    files.altered,
    record.replace('"readFlags"', '"readNothing"').replace(/"purpose":"[a-z]/, '"purpose":"x'),
  )
  const policy = join(folder, 'keys', 'witness-policy.txt')
  const whole = await verifyProof([files.proof], { policy, record: files.record })
  whole.lines.forEach((line) => {
    story.say(`$ waymark verify proof … → ${line}`)
  })
  story.prove(whole.holds, 'waymark verify proves the record offline, with two of three witnesses')
  const altered = await verifyProof([files.proof], { policy, record: files.altered })
  altered.lines.forEach((line) => {
    story.say(`$ waymark verify proof … (altered copy) → ${line}`)
  })
  story.prove(!altered.holds, 'and fails on an altered copy')
  rmSync(place, { recursive: true })
}

export const audit: Step = { title: '9  Who saw what, and proof of it', play }
