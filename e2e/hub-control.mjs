import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const startMs = 150_000
const library = (name) => import(resolve(`dist/libs/${name}/src/index.js`))

/**
 * Starts one hub for all specs of a run, and can take its parts away; and one of profile `production`, for who asks for it: specs run in contexts of their own and reach it over
 * HTTP. PostgreSQL and Kafka are children of this process, so that they can be killed and come back on their ports.
 *
 * KEEP_E2E=1 leaves the folder, with its logs, where it is.
 */
export class HubControl {
  #server = createServer((request, response) => this.#answer(request, response))
  #started
  #production
  #undo = []

  async listen() {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return `http://127.0.0.1:${this.#server.address().port}`
  }

  async close() {
    this.#server.close()
    await Promise.allSettled([this.#started, this.#production])
    for (const undo of this.#undo.reverse()) await undo().catch((error) => console.error(error))
  }

  async #answer(request, response) {
    response.setHeader('connection', 'close') // specs ask minutes apart
    try {
      const [, action, name] = request.url.split('/')
      const hub = await (action === 'production'
        ? (this.#production ??= this.#start('production'))
        : (this.#started ??= this.#start('sandbox')))
      if (action === 'crash') await hub.servers[name].crash()
      if (action === 'revive') await hub.servers[name].revive()
      response.end(JSON.stringify(hub.place))
    } catch (error) {
      response.statusCode = 500
      response.end(String(error?.stack ?? error))
    }
  }

  async #start(profile) {
    const folder = await mkdtemp(join(tmpdir(), 'waymark-e2e-'))
    await chmod(folder, 0o711) // as root PostgreSQL runs under another account, which must get through
    if (process.env.KEEP_E2E) console.log(folder)
    else this.#undo.push(() => rm(folder, { recursive: true, force: true }))
    const postgres = await this.#postgres(join(folder, 'postgres'))
    const kafka = await this.#kafka(join(folder, 'kafka'))
    const { createDatabase } = await library('postgres')
    const adminUrl = await createDatabase(postgres.url, 'waymark')
    const place = await this.#up(folder, profile, { DATABASE_URL: adminUrl, KAFKA_BROKERS: kafka.brokers.join(',') })
    return {
      place: { ...place, adminUrl, brokers: kafka.brokers, serverLogs: [join(folder, 'up.log')] },
      servers: { postgres, kafka },
    }
  }

  async #postgres(folder) {
    const { startLocalServer } = await library('postgres')
    const options = { folder, superPassword: randomBytes(16).toString('hex'), fsync: false }
    let server = await startLocalServer(options)
    this.#undo.push(() => server.stop())
    const { url, port } = server
    const revive = async () => (server = await startLocalServer({ ...options, port }))
    return { url, crash: () => server.crash(), revive }
  }

  async #kafka(folder) {
    const { startLocalBroker } = await library('kafka')
    let broker = await startLocalBroker({ folder })
    this.#undo.push(() => broker.stop())
    const { port, controllerPort, brokers } = broker
    const revive = async () => (broker = await startLocalBroker({ folder, port, controllerPort }))
    return { brokers, crash: () => broker.crash(), revive }
  }

  /** `waymark up` on ports that were free a moment ago. It ends when this process ends: by its IPC channel. */
  async #up(folder, profile, environment) {
    const data = join(folder, 'data')
    await mkdir(data, { recursive: true })
    const log = openSync(join(folder, 'up.log'), 'a')
    const args = ['up', '--json', '--profile', profile, '--data', data, '--port-offset', String(await freeOffset())]
    const child = spawn(process.execPath, ['dist/apps/cli/src/main.js', ...args], {
      env: { ...process.env, NODE_OPTIONS: '', LOG_LEVEL: 'info', ...environment },
      stdio: ['ignore', 'pipe', log, 'ipc'],
    })
    this.#undo.push(async () => {
      if (child.exitCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    })
    const ready = await said(child, ({ ready }) => ready === true)
    return { connectionFile: ready.connectionFile, ports: ready.ports, folder: data }
  }
}

/** The first line of the child that fits; rejects with all it said when it ends before, or is silent for too long. */
function said(child, fits) {
  return new Promise((found, reject) => {
    let text = ''
    const fail = (why) => reject(new Error(`waymark up ${why}; it said:\n${text}`))
    const late = setTimeout(() => fail('was not ready in time'), startMs)
    child.once('exit', (code) => fail(`ended with ${code}`))
    child.stdout.setEncoding('utf8').on('data', (part) => {
      text += part
      const line = text.split('\n').slice(0, -1).map(parsed).find(fits)
      if (!line) return
      clearTimeout(late)
      found(line)
    })
  })
}

function parsed(line) {
  try {
    return JSON.parse(line)
  } catch {
    return {}
  }
}

async function freeOffset() {
  const usual = Object.values(JSON.parse(await readFile('deploy/local/ports.json', 'utf8')))
  for (;;) {
    const offset = 7000 + Math.floor(Math.random() * 12_000) // below the ports that systems hand out
    const free = await Promise.all(usual.map((port) => isFree(port + offset)))
    if (free.every(Boolean)) return offset
  }
}

function isFree(port) {
  return new Promise((told) => {
    const server = createTcpServer()
    server.once('error', () => told(false))
    server.listen(port, '127.0.0.1', () => server.close(() => told(true)))
  })
}
