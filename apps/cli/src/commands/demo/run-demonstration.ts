import { dirname } from 'node:path'
import { connect } from '#libs/client'
import { castOf } from './cast.js'
import { Player } from './player.js'
import type { Stage, Step } from './stage.js'
import { agencies } from './steps/01-agencies.js'
import { oneChild } from './steps/02-one-child.js'
import { protectionPlan } from './steps/03-protection-plan.js'
import { entitled } from './steps/04-entitled.js'
import { questions } from './steps/05-questions.js'
import { encompass } from './steps/06-encompass.js'
import { handover } from './steps/07-handover.js'
import { withdrawal } from './steps/08-withdrawal.js'
import { audit } from './steps/09-audit.js'
import { DemonstrationFailed, Story, type StepReport } from './story.js'

/** The story, in order. */
const steps: readonly Step[] = [
  agencies,
  oneChild,
  protectionPlan,
  entitled,
  questions,
  encompass,
  handover,
  withdrawal,
  audit,
]

/** How the demonstration is told. */
export interface DemonstrationOptions {
  readonly connectionFile: string
  readonly out: (line: string) => void
  /** Which children: each number has its own. */
  readonly run: number
}

/** What it came to. */
export interface DemonstrationReport {
  readonly holds: boolean
  readonly steps: readonly StepReport[]
  /** The step and what did not hold. */
  readonly failed?: string
}

/** Plays "Amina is not lost" through the public doors, with invented children only, and asserts every step. */
export async function runDemonstration(options: DemonstrationOptions): Promise<DemonstrationReport> {
  const story = new Story(options.out)
  const stage = stageOf(options, story)
  try {
    for (const { title, play } of steps) await story.step(title, () => play(stage))
    options.out('\nEvery step held. Amina is not lost.')
    return { holds: true, steps: story.steps }
  } catch (error) {
    const failed = error instanceof DemonstrationFailed ? error.message : String(error)
    options.out(`\n✗ ${failed}`)
    return { holds: false, steps: story.steps, failed }
  }
}

function stageOf({ connectionFile, run }: DemonstrationOptions, story: Story): Stage {
  const player = (as: string, purpose: string, actor: string): Player =>
    new Player(as.replace('waymark-hub/', ''), connect(connectionFile, as), story, { purpose, actor })
  return {
    story,
    cast: castOf(run),
    school: player('larkhill-primary', 'safeguard-child', 'designated-safeguarding-lead;demo-dsl-1'),
    nextSchool: player('st-brannocs-primary', 'safeguard-child', 'designated-safeguarding-lead;demo-dsl-2'),
    council: player('northbridge-council', 'safeguard-child', 'lead-social-worker;demo-sw-1'),
    nextCouncil: player('tidewell-council', 'safeguard-child', 'duty-social-worker;demo-sw-2'),
    hospital: player('northbridge-hospitals', 'safeguard-child', 'emergency-clinician;demo-ec-1'),
    police: player('vale-police', 'safeguard-child', 'police-safeguarding-officer;demo-po-1'),
    housing: player('northbridge-housing', 'safeguard-child', 'housing-officer;demo-ho-1'),
    auditor: player('waymark-hub/auditor', 'audit', 'auditor;demo-au-1'),
    officer: player('waymark-hub/data-protection-officer', 'subject-rights', 'data-protection-officer;demo-dpo-1'),
    steward: player('waymark-hub/data-steward', 'identity-quality', 'data-steward;demo-st-1'),
    guardian: player('waymark-hub/guardian-desk', 'safeguard-child', 'guardian-desk;demo-gd-1'),
    connectionFile,
    folder: dirname(connectionFile),
    found: { uci: '', planEventId: '', receiptRecordId: '' },
  }
}
