import { spawn } from 'node:child_process'
import { mkdir, open, readFile, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'

/** A script that ended with a fault; the message holds the last lines of its log. */
export class ScriptFailed extends Error {}

/**
 * Runs one of the compiled programs' scripts to its end.
 *
 * @param logs - its output goes to `<logs>/<name>.log`; undefined: to ours
 * @throws ScriptFailed unless it ends with code 0
 */
export async function runScript(
  logs: string | undefined,
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const log = logs === undefined ? undefined : await openLog(logs, name)
  const output = log?.fd ?? 'inherit'
  const child = spawn(process.execPath, [...args], { env: { ...environment }, stdio: ['ignore', output, output] })
  const code = await new Promise<number>((resolve) => {
    child.once('error', () => {
      resolve(-1)
    })
    child.once('exit', (status) => {
      resolve(status ?? -1)
    })
  })
  await log?.close()
  if (code === 0) return
  const end = logs === undefined ? [] : await lastLines(join(logs, `${name}.log`))
  throw new ScriptFailed([`✗ ${name} ended with ${String(code)}`, ...end].join('\n'))
}

async function openLog(logs: string, name: string): Promise<FileHandle> {
  await mkdir(logs, { recursive: true })
  return open(join(logs, `${name}.log`), 'a', 0o600)
}

async function lastLines(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8')
  return text
    .trimEnd()
    .split('\n')
    .slice(-20)
    .map((line) => `    ${line}`)
}
