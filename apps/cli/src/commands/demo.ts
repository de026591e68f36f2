import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { requireSandbox } from '../sandbox-only.js'
import { WrongUse } from '../wrong-use.js'
import { castRuns } from './demo/cast.js'
import { runDemonstration } from './demo/run-demonstration.js'

/** What `--help` prints. */
export const usage = `Usage: waymark demo [options]

Plays the demonstration "Amina is not lost" on a hub that runs, through its public doors, with invented children only.

  --connection FILE  connection file of the hub, else .data/connection.json
  --run N            which children, 0 to ${String(castRuns - 1)}; the same number gives the same ones; else by chance
  --json             nothing but a report, as one JSON object

Exit code: 0 every step held, 5 one did not.`

/** Plays the demonstration on a hub that runs already. Exit code 0 only if every step held, else 5. */
export async function demo(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      connection: { type: 'string', default: '.data/connection.json' },
      run: { type: 'string' },
      json: { type: 'boolean' },
    },
  })
  const out =
    values.json === true
      ? () => undefined
      : (line: string) => {
          console.log(line)
        }
  const run = values.run === undefined ? randomInt(castRuns) : runOf(values.run)
  await requireSandbox(values.connection)
  const report = await runDemonstration({ connectionFile: values.connection, out, run })
  if (values.json === true) console.log(JSON.stringify(report))
  return report.holds ? 0 : 5
}

function runOf(text: string): number {
  const run = Number(text)
  if (Number.isInteger(run) && run >= 0 && run < castRuns) return run
  throw new WrongUse(`--run takes a number from 0 to ${String(castRuns - 1)}`)
}
