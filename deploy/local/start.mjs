// `npm start`: looks at the machine, prepares the clone, and hands over to `waymark up --demo` in this process.
import { tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { findFaults, missing } from './checks.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
process.chdir(root) // programs read schemas and policies relative to it

const args = process.argv.slice(2)
const { values: flags } = parseArgs({
  args,
  strict: false,
  options: {
    'port-offset': { type: 'string' },
    once: { type: 'boolean' },
    data: { type: 'string' },
    stop: { type: 'boolean' },
    json: { type: 'boolean' },
    help: { type: 'boolean', short: 'h' },
  },
})
const say = (line) => (flags.json ? console.log(JSON.stringify({ line })) : console.log(line))

process.exitCode = await start()

async function start() {
  const { findRunning, stopRunning } = await import('./running.mjs')
  const data = resolve(flags.data ?? process.env.WAYMARK_DATA ?? '.data')
  if (flags.stop) {
    say((await stopRunning(data)) ? 'stopped' : 'nothing runs here')
    return 0
  }
  const running = flags.once || flags.help ? undefined : await findRunning(data)
  if (running) {
    tellRunning(running)
    return 0
  }
  const portOffset = flags.once ? undefined : Number(flags['port-offset'] ?? 0)
  const place = { folder: root, data: flags.once ? tmpdir() : data, portOffset }
  const faults = flags.help ? [] : await findFaults({ environment: process.env, ...place })
  if (faults.length > 0) {
    for (const { text } of faults) console.error(text)
    return faults[0].code
  }
  return (await prepareClone()) ?? handOver()
}

/** A second start in the same clone names the running one's connection file, and that is all. */
function tellRunning({ pid, connectionFile }) {
  if (flags.json) console.log(JSON.stringify({ running: true, pid, connectionFile }))
  else say(`Waymark is running already (pid ${pid}): ${connectionFile}      stop it: npm start -- --stop`)
}

async function prepareClone() {
  const { prepare, StepFailed } = await import('./prepare.mjs')
  try {
    await prepare({ broker: true, say })
    return undefined
  } catch (error) {
    // A step of ours that says what to do, or the broker's own word for it.
    if (!(error instanceof StepFailed) && error.name !== 'LocalBrokerFault') throw error
    console.error(error.message)
    return missing
  }
}

async function handOver() {
  const program = resolve('dist/apps/cli/src/main.js')
  process.argv = [process.execPath, program, 'up', '--demo', ...args]
  await import(pathToFileURL(program).href)
  return process.exitCode
}
