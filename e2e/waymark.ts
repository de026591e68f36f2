import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What a command came to. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** The command `waymark`, as a person runs it. */
export async function waymark(...args: readonly string[]): Promise<Outcome> {
  const options = { env: { ...process.env, NODE_OPTIONS: '' } }
  return run(process.execPath, ['dist/apps/cli/src/main.js', ...args], options).then(
    (told) => ({ code: 0, ...told }),
    (error: unknown) => error as Outcome,
  )
}
