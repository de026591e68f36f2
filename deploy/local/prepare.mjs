// Brings a clone from nothing to runnable: packages, compiled programs and, with --broker, Kafka's jars.
// What is up to date is skipped. Plain JavaScript on Node built-ins: node_modules may be missing.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, existsSync, realpathSync } from 'node:fs'
import { access, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { withLock } from './lock.mjs'

/** The folder of the clone. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** A step that failed, with what to show a person. */
export class StepFailed extends Error {}

/**
 * Installs, builds and fetches what is missing or out of date.
 *
 * @param options.broker whether Kafka's jars are needed too
 * @param options.say told one line per step that had something to do
 * @param options.folder the clone; this one unless told
 * @throws StepFailed with the last lines of what the step printed
 */
export async function prepare({ broker = false, say = () => {}, folder = root } = {}) {
  const wait = (pid) => say(`  waiting for process ${pid}, which prepares this clone too`)
  await withLock(
    join(folder, '.data', 'prepare.lock'),
    async () => {
      await step('packages', say, () => install(folder))
      await step('programs compiled', say, () => build(folder))
      if (broker) await step('Kafka', say, () => fetchJars(folder))
    },
    wait,
  )
}

/** Runs a step and says how long it took, unless it had nothing to do. */
async function step(name, say, work) {
  const from = performance.now()
  const did = await work()
  if (did) say(`✓ ${name}  ${((performance.now() - from) / 1000).toFixed(1)} s`)
}

async function install(folder) {
  if (await isInstalled(folder)) return false
  await run(folder, 'install', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund', ...(await cacheFor(folder))])
  return true
}

/** npm keeps what it fetches below the home folder, and some users have none, or one that is not theirs: they keep it here. */
export async function cacheFor(folder) {
  const own = process.env.npm_config_cache ?? join(process.env.HOME ?? '/nonexistent', '.npm')
  const isTheirs = await mkdir(own, { recursive: true })
    .then(() => access(own, constants.W_OK))
    .then(
      () => true,
      () => false,
    )
  return isTheirs ? [] : ['--cache', join(folder, '.data', 'npm')]
}

/** npm keeps its own list of what it installed: compares it with the lockfile, so that an install by hand counts too. */
async function isInstalled(folder) {
  const [wanted, present] = await Promise.all(
    ['package-lock.json', 'node_modules/.package-lock.json'].map((name) => packagesOf(join(folder, name))),
  )
  const isSame = (name) => present[name]?.version === wanted[name]?.version
  const needed = Object.keys(wanted).filter((name) => name !== '' && !isOptional(wanted[name]))
  return needed.every(isSame) && Object.keys(present).every(isSame)
}

function isOptional({ optional, devOptional, peer }) {
  return Boolean(optional ?? devOptional ?? peer)
}

async function packagesOf(path) {
  const text = await readFile(path, 'utf8').catch(() => '{}')
  return JSON.parse(text).packages ?? {}
}

/** Compiles when a source, a setting or the lockfile changed. Starts from nothing when a source has gone: stale files would stay. */
async function build(folder) {
  const stampFile = join(folder, 'dist', '.prepared')
  const sources = await sourcesOf(folder)
  const stamp = sources.join('\n')
  const before = await readFile(stampFile, 'utf8').catch(() => '')
  if (stamp === before) return false
  const nameOf = (line) => line.split('\t')[0]
  const names = new Set(sources.map(nameOf))
  if (before.split('\n').some((line) => !names.has(nameOf(line))))
    await rm(join(folder, 'dist'), { recursive: true, force: true })
  await rm(stampFile, { force: true })
  await run(folder, 'build', process.execPath, [
    join('node_modules', 'typescript', 'bin', 'tsc'),
    '-p',
    'tsconfig.build.json',
  ])
  await writeFile(stampFile, stamp)
  return true
}

async function sourcesOf(folder) {
  const inFolders = await Promise.all(
    ['apps', 'libs'].map((name) =>
      readdir(join(folder, name), { recursive: true }).then((found) => found.map((file) => join(name, file))),
    ),
  )
  const isSource = (name) => /\.(ts|json)$/.test(name) && !name.endsWith('.spec.ts')
  const names = [...inFolders.flat().filter(isSource), 'tsconfig.base.json', 'tsconfig.build.json'].sort()
  const lock = createHash('sha256')
    .update(await readFile(join(folder, 'package-lock.json')))
    .digest('hex')
  const lines = names.map(async (name) => {
    const { size, mtimeMs } = await stat(join(folder, name))
    return `${name}\t${size}\t${mtimeMs}`
  })
  return [...(await Promise.all(lines)), `package-lock.json\t${lock}`]
}

async function fetchJars(folder) {
  if (process.env.KAFKA_BROKERS || process.env.KAFKA_HOME) return false
  const { fetchBrokerJars } = await import(pathToFileURL(join(folder, 'dist/libs/kafka/src/index.js')).href)
  return fetchBrokerJars()
}

/** Runs a program with its output in .data/logs/<name>.log. */
async function run(folder, name, command, args) {
  const logs = join(folder, '.data', 'logs')
  await mkdir(logs, { recursive: true })
  const chunks = []
  const env = { ...process.env, NODE_ENV: 'development' }
  const child = spawn(command, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => chunks.push(chunk))
  const code = await new Promise((resolve) => {
    child.once('error', (error) => {
      chunks.push(Buffer.from(error.message))
      resolve(-1)
    })
    child.once('close', resolve)
  })
  const output = Buffer.concat(chunks).toString()
  await writeFile(join(logs, `${name}.log`), output)
  if (code !== 0)
    throw new StepFailed([`✗ ${[command, ...args].join(' ')} ended with ${code}`, ...lastLines(output)].join('\n'))
}

function lastLines(text) {
  return text
    .trimEnd()
    .split('\n')
    .slice(-20)
    .map((line) => `    ${line}`)
}

if (
  process.argv[1] &&
  existsSync(process.argv[1]) &&
  fileURLToPath(import.meta.url) === realpathSync(process.argv[1])
) {
  try {
    await prepare({ broker: process.argv.includes('--broker'), say: (line) => console.error(line) })
  } catch (error) {
    console.error(error instanceof StepFailed ? error.message : error)
    process.exitCode = 2
  }
}
