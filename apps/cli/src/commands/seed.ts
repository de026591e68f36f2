import { parseArgs } from 'node:util'
import { mostSeeded } from '../seed/population.js'
import { isAway } from './demo/persistently.js'
import { requireSandbox } from '../sandbox-only.js'
import { SeedHub, SeedRefused, type Seeded } from '../seed/seed-hub.js'

/** What `--help` prints. */
export const usage = `Usage: waymark seed [options]

Puts the first children of KidsBench (seed 7) into a hub that runs, through its public doors: the records of a hospital, a
school, a council, a police force and housing as bulk loads; some children are protected, some adopted. The same children
each time, and put in again they change nothing.

  --children N       1 to ${String(mostSeeded)}; else ${String(mostSeeded)}
  --connection FILE  connection file of the hub, else .data/connection.json
  --json             nothing but a report, as one JSON object

Exit code: 0 all is in, 1 the hub refused something, 2 wrong use.`

/** Puts invented children into a hub, and says how far it is. */
export async function seed(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      children: { type: 'string', default: String(mostSeeded) },
      connection: { type: 'string', default: '.data/connection.json' },
      json: { type: 'boolean', default: false },
    },
  })
  const children = Number(values.children)
  if (!Number.isInteger(children) || children < 1 || children > mostSeeded) {
    console.error(`✗ --children is a number from 1 to ${String(mostSeeded)}\n\n${usage}`)
    return 2
  }
  await requireSandbox(values.connection)
  try {
    const seeded = await new SeedHub(values.connection, (line) => {
      console.error(`· ${line}`)
    }).seed(children)
    console.log(values.json ? JSON.stringify(seeded) : sentenceOf(seeded))
    return 0
  } catch (error) {
    console.error(`✗ ${reasonOf(error)}`)
    return 1
  }
}

/** @throws what is no answer of the hub */
function reasonOf(error: unknown): string {
  if (error instanceof SeedRefused) return error.message
  if (isAway(error)) return 'The hub cannot be reached; npm start runs one'
  throw error
}

function sentenceOf(seeded: Seeded): string {
  return Object.entries(seeded)
    .map(([what, many]) => `${what} ${String(many)}`)
    .join(', ')
}
