import { spawn, type ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdir, open, readFile } from 'node:fs/promises'
import { setPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** A program of the hub, to run as a child process. */
export interface ProgramToRun {
  readonly name: string
  readonly args: readonly string[]
  readonly environment: Readonly<Record<string, string>>
  /** How much it gives way where a processor is wanted by several: 0 unless told, 19 most. */
  readonly niceness?: number
}

/** How patient the supervisor is; tests shorten it. */
export interface Patience {
  readonly firstDelayMs: number
  readonly longestDelayMs: number
  /** So many deaths in a row, each less than `steadyMs` after its start, and the program is given up. */
  readonly deaths: number
  readonly steadyMs: number
  readonly drainMs: number
}
const patience: Patience = { firstDelayMs: 250, longestDelayMs: 10_000, deaths: 4, steadyMs: 20_000, drainMs: 12_000 }

/** A program that died again and again; the message ends with the last 20 lines of its log. */
export class ProgramDied extends Error {}

/**
 * Keeps one program running: its output goes to `<logs>/<name>.log`, its number to `<logs>/<name>.pid`; one that dies is started again, later each time.
 *
 * The child has a process group of its own, so Ctrl+C reaches only us; its IPC channel tells it when we are gone.
 */
export class SupervisedProgram {
  private child: ChildProcess | undefined
  private isStopping = false
  private deaths = 0
  private loop: Promise<void> = Promise.resolve()

  constructor(
    private readonly program: ProgramToRun,
    private readonly logs: string,
    private readonly limits: Patience = patience,
  ) {}

  /**
   * Starts the program and resolves when it is ready.
   *
   * @param onGivenUp - called if it is given up after it had been ready
   * @throws ProgramDied when it is given up before it was ready
   */
  start(onGivenUp: (error: ProgramDied) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      let wasReady = false
      const onReady = () => {
        wasReady = true
        resolve()
      }
      const onEnd = (died: ProgramDied) => {
        if (wasReady) onGivenUp(died)
        else reject(died)
      }
      this.loop = this.keepRunning(onReady).then(
        () => {
          reject(new ProgramDied(`${this.program.name} was stopped before it was ready`)) // no effect on one that was
        },
        (error: unknown) => {
          onEnd(error instanceof ProgramDied ? error : new ProgramDied(String(error)))
        },
      )
    })
  }

  /** Asks the program to stop, waits for what it is doing, and in the end kills it. */
  async stop(): Promise<void> {
    this.isStopping = true
    const child = this.child
    if (child && isRunning(child)) {
      child.kill('SIGTERM')
      const late = setTimeout(() => {
        this.kill()
      }, this.limits.drainMs)
      await exitOf(child)
      clearTimeout(late)
    }
    await this.loop
  }

  /** Ends the program and all it started, at once. */
  kill(): void {
    this.isStopping = true
    if (this.child?.pid !== undefined && isRunning(this.child)) process.kill(-this.child.pid, 'SIGKILL')
  }

  private async keepRunning(onReady: () => void): Promise<void> {
    do {
      const from = Date.now()
      const child = await this.spawn()
      const exited = exitOf(child)
      void saysReady(child).then((isReady) => {
        if (isReady) onReady()
      })
      await exited
      if (!this.isStopping) await this.afterDeath(Date.now() - from)
    } while (!this.isStopping)
  }

  private async afterDeath(livedMs: number): Promise<void> {
    this.deaths = livedMs < this.limits.steadyMs ? this.deaths + 1 : 1
    if (this.deaths >= this.limits.deaths) throw new ProgramDied(await this.epitaph())
    await sleep(Math.min(this.limits.longestDelayMs, this.limits.firstDelayMs * 2 ** (this.deaths - 1)))
  }

  private async spawn(): Promise<ChildProcess> {
    await mkdir(this.logs, { recursive: true })
    const log = await open(this.logFile, 'a', 0o600)
    const child = spawn(process.execPath, [...this.program.args], {
      env: { ...this.program.environment },
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    })
    child.on('error', () => undefined) // told by its exit
    giveWay(child, this.program.niceness)
    writeFileSync(join(this.logs, `${this.program.name}.pid`), String(child.pid ?? ''), { mode: 0o600 }) // at once, or we miss what the child says first
    await log.close()
    this.child = child
    return child
  }

  private get logFile(): string {
    return join(this.logs, `${this.program.name}.log`)
  }

  private async epitaph(): Promise<string> {
    const lines = (await readFile(this.logFile, 'utf8').catch(() => '')).trimEnd().split('\n').slice(-20)
    return [
      `✗ ${this.program.name} died ${this.deaths} times; the end of ${this.logFile}:`,
      ...lines.map((line) => `    ${line}`),
    ].join('\n')
  }
}

/** A program that has gone already, or a system that knows no priorities, is no fault. */
function giveWay({ pid }: ChildProcess, niceness: number | undefined): void {
  if (pid === undefined || niceness === undefined) return
  try {
    setPriority(pid, niceness)
  } catch {
    return
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null
}

function exitOf(child: ChildProcess): Promise<void> {
  if (!isRunning(child)) return Promise.resolve()
  return new Promise((resolve) => {
    child.once('exit', () => {
      resolve()
    })
  })
}

/** Programs say `{ ready: true }` over IPC once they listen. */
function saysReady(child: ChildProcess): Promise<boolean> {
  return new Promise((resolve) => {
    child.on('message', (message) => {
      if (typeof message === 'object' && 'ready' in message) resolve(true)
    })
    child.once('exit', () => {
      resolve(false)
    })
  })
}
