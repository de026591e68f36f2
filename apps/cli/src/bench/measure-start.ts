import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Bench } from './measure.js'
import type { Figure } from './result.js'

const compiler = 'node_modules/typescript/bin/tsc'

/** P13: what passes before the first query is answered: compiling, as `npm start` does once, and starting on an empty folder; then again. */
export async function measureStart({ hub, sizes, say }: Bench, firstSeconds: number): Promise<readonly Figure[]> {
  if (!sizes.wholeStart) return [{ id: 'P13', value: firstSeconds, note: 'without compiling' }]
  say('P13: compile')
  const compileSeconds = await compile()
  say('P13: stop and start again')
  await hub.stop()
  const resumedSeconds = await hub.start()
  const note = `compile ${compileSeconds.toFixed(1)} s, start ${firstSeconds.toFixed(1)} s; packages and broker jars are there`
  return [
    { id: 'P13', value: compileSeconds + firstSeconds, note },
    { id: 'P13r', value: resumedSeconds },
  ]
}

async function compile(): Promise<number> {
  const folder = await mkdtemp(join('dist', '.bench-'))
  const from = performance.now()
  const output = ['--outDir', folder, '--tsBuildInfoFile', join(folder, '.tsbuildinfo')]
  const child = spawn(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...output], { stdio: 'ignore' })
  await new Promise((resolve) => child.once('exit', resolve))
  const seconds = (performance.now() - from) / 1000
  await rm(folder, { recursive: true, force: true })
  return seconds
}
