import { LocalBrokerFault } from '#libs/kafka'
import { findRunning, stopRunning } from './up/data-folder.js'
import { demonstrate } from './up/demonstrate.js'
import { LocalHub, type RunningPlace } from './up/local-hub.js'
import { readUpOptions, type UpOptions } from './up/options.js'
import { portOf, PortUnusable } from './up/ports.js'
import { addressOf } from './up/programs.js'
import { Progress } from './up/progress.js'
import { ScriptFailed } from './up/run-script.js'
import { ProgramDied } from './up/supervised-program.js'

/** Exit codes of `waymark up`, beside 0: done. */
const exitCodes = { failed: 1, missing: 2, portTaken: 3, programDied: 4, demonstrationFailed: 5 } as const

/**
 * Runs the whole hub on this machine until it is told to stop.
 *
 * @returns the exit code: 0 done, 2 something missing, 3 a port cannot be used, 4 a program died, 5 a demonstration check failed
 */
export async function up(args: readonly string[]): Promise<number> {
  const options = readUpOptions(args, process.env)
  const progress = new Progress(options.json)
  if (options.stop) {
    const ran = await stopRunning(options.dataFolder)
    progress.note(ran ? 'stopped' : 'nothing runs here')
    return 0
  }
  const other = options.once ? undefined : await findRunning(options.dataFolder)
  if (other) {
    progress.note(`Waymark is running already (pid ${String(other.pid)}): ${other.connectionFile}`)
    return 0
  }
  return runHub(options, progress)
}

async function runHub(options: UpOptions, progress: Progress): Promise<number> {
  const hub = new LocalHub(options, progress, process.env)
  const code = await untilDone(hub, options, progress).catch(tell)
  progress.note('stopping …')
  for (const fault of await hub.stop({ keepLogs: code !== 0 })) progress.note(`✗ did not stop: ${fault}`)
  setImmediate(() => process.exit()) // a start that was interrupted may still be waiting for something
  return code
}

/** Starts, and stays until somebody ends it; with `once` until the demonstration is over. */
async function untilDone(hub: LocalHub, options: UpOptions, progress: Progress): Promise<number> {
  const interrupted = interruption(hub)
  const work = hub.start().then((place) => afterStart(place, options, progress))
  const code = await Promise.race([work, interrupted, hub.died])
  if (code === 'interrupted') return 0
  if (!options.once) await Promise.race([interrupted, hub.died])
  return code
}

/** @returns the exit code so far */
async function afterStart(place: RunningPlace, options: UpOptions, progress: Progress): Promise<number> {
  const holds = !options.demo || (await demonstrate(place.folder, progress))
  const { connectionFile } = place.folder
  const text = options.once ? summaryOfOnce(holds) : summaryOf(place)
  progress.summary(text, { ready: true, holds, connectionFile, ports: place.ports })
  return holds ? 0 : exitCodes.demonstrationFailed
}

function summaryOfOnce(holds: boolean): string {
  return holds ? 'The demonstration held.' : '✗ The demonstration failed.'
}

function summaryOf({ folder, ports }: RunningPlace): string {
  const gateway = addressOf(ports, 'gateway')
  return [
    `GraphQL       ${gateway}/graphql`,
    `events, feed  ${gateway}/v1/…`,
    `access log    ${gateway}/log/`,
    `tokens        ${addressOf(ports, 'auth')}`,
    `database      127.0.0.1:${String(portOf(ports, 'postgres'))}`,
    `connection    ${folder.connectionFile}`,
    `logs          ${folder.logs}`,
    'stop          Ctrl+C',
  ].join('\n')
}

/** Resolves at the first Ctrl+C, SIGTERM or end of the parent; a second one ends the programs at once. */
function interruption(hub: LocalHub): Promise<'interrupted'> {
  let times = 0
  return new Promise((resolve) => {
    const onSignal = () => {
      times += 1
      if (times === 1) resolve('interrupted')
      else {
        hub.kill()
        process.exit(1)
      }
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
    process.once('disconnect', onSignal)
  })
}

/** Says what went wrong, in its own words where they were written for people. */
function tell(error: unknown): number {
  const isForPeople = error instanceof ProgramDied || error instanceof ScriptFailed || error instanceof PortUnusable
  if (isForPeople) console.error(error.message)
  else console.error(error instanceof Error ? `✗ ${error.message}` : error)
  if (isDiskFull(error))
    console.error('    The disk is full: make room and start again, or keep the data elsewhere with --data FOLDER')
  return exitCodeOf(error)
}

function isDiskFull(error: unknown): boolean {
  return /ENOSPC|no space left on device/i.test(String(error))
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ProgramDied || error instanceof ScriptFailed) return exitCodes.programDied
  if (isLacking(error) || isDiskFull(error)) return exitCodes.missing
  const isTaken = /address already in use|port \d+ is taken/i.test(String(error))
  return isTaken || error instanceof PortUnusable ? exitCodes.portTaken : exitCodes.failed
}

function isLacking(error: unknown): boolean {
  return error instanceof LocalBrokerFault && (error.code === 'NO_JAVA' || error.code === 'NO_MAVEN')
}
