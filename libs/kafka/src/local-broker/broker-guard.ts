import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { brokerEnvironment } from './local-broker.config.js'

/** Written by the guard: process number of the guard and of the broker, and the mark both have among their arguments. */
export const runningFile = 'running'

/** Where Java is told to write a class archive; the guard moves it to its place. */
export const newArchive = 'kafka.jsa.new'

/**
 * Stands between Node and Java. However Node ends, kill -9 included, its end of this standard input closes, and the broker
 * is told to stop. The class archive takes its name only after a whole, clean stop (143): Java aborts on a cut-off one.
 */
const script = `exec 3<&0
archive=$1; shift; rm -f ${newArchive}
"$@" </dev/null 3<&- & broker=$!
echo "$$ $broker $0" >${runningFile}.new && mv ${runningFile}.new ${runningFile}
(read -r _; kill -TERM $broker; n=100; while [ $n -gt 0 ] && kill -0 $broker; do sleep 0.2; n=$((n-1)); done; kill -KILL $broker) <&3 2>/dev/null & watch=$!
wait $broker; code=$?; kill $watch 2>/dev/null
if [ $code = 143 ] && [ -f ${newArchive} ]; then cp ${newArchive} "$archive.$$" && mv -f "$archive.$$" "$archive"; fi 2>/dev/null
exit $code`

/** A broker under its guard. */
export class Guarded {
  readonly exited: Promise<number>

  constructor(private readonly guard: ChildProcessByStdio<Writable, null, null>) {
    this.exited = new Promise((resolve) => {
      guard.once('exit', (code) => {
        resolve(code ?? -1)
      })
      guard.once('error', () => {
        resolve(-1)
      })
    })
    guard.stdin.on('error', () => undefined) // the guard has gone already
    guard.unref() // a program that forgets its broker may end; the guard then stops it
  }

  get pid(): number {
    return this.guard.pid ?? -1
  }

  isRunning(): boolean {
    return this.guard.exitCode === null && this.guard.signalCode === null
  }

  async stop(): Promise<void> {
    this.guard.stdin.end()
    await this.gone()
  }

  /** kill -9 of broker and guard. */
  async crash(): Promise<void> {
    this.signal('SIGKILL')
    await this.gone()
  }

  /** To the guard and the broker, for fault tests. */
  signal(name: NodeJS.Signals): void {
    if (this.guard.pid !== undefined && this.isRunning()) process.kill(-this.guard.pid, name)
  }

  private async gone(): Promise<void> {
    this.guard.ref()
    await this.exited
  }
}

/**
 * Starts Java in `folder` under the guard.
 *
 * @param java.archive - where a class archive goes that this run writes
 */
export async function startGuarded(
  folder: string,
  java: { readonly mark: string; readonly archive: string; readonly command: readonly string[] },
): Promise<Guarded> {
  const output = await open(join(folder, 'kafka.out'), 'a')
  // Detached: Ctrl+C in a terminal reaches Node only, which stops the broker last.
  const guard = spawn('sh', ['-c', script, java.mark, java.archive, ...java.command], {
    cwd: folder,
    env: brokerEnvironment().variables,
    detached: true,
    stdio: ['pipe', output.fd, output.fd],
  }) as ChildProcessByStdio<Writable, null, null>
  await output.close()
  return new Guarded(guard)
}
