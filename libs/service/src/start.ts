import type { DynamicModule, INestApplicationContext, Type } from '@nestjs/common'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { build, type Door } from './build.js'
import { createLogger, logCodes, speakThrough, type Logger } from './logger.js'
import { listenAddress } from './listen.config.js'
import { listenForManagement, readiness } from './management.js'

/** Undoes a step; called in reverse order when the program stops, after its doors took no more and before the database closes. */
type Undo = () => unknown

/** Something to do before the first request, in order: connect, load an index, start a consumer. A function it gives back undoes it. */
export type Step = (app: INestApplicationContext, logger: Logger) => unknown

/** How a program starts. */
export interface StartOptions {
  readonly program: string
  readonly port: number
  readonly managementPort: number
  readonly logLevel?: string
  readonly door?: Door
  readonly steps?: readonly Step[]
}

const programLog = logCodes('program', ['STARTED', 'STOPPING', 'STOPPED', 'NOT_STARTED', 'NOT_STOPPED'])
const stopMs = 10_000
const finishMs = 3_000

/**
 * Builds `module`, takes each step, listens, and says `{ ready: true }` to the parent over IPC. It stops on SIGTERM, SIGINT
 * and when the parent's channel closes. Any failure before it listens ends the program with exit code 1.
 */
export async function start(module: Type | DynamicModule, options: StartOptions): Promise<void> {
  const logger = createLogger(options.program, options.logLevel)
  speakThrough(logger)
  try {
    await run(module, options, logger)
  } catch (error) {
    // Start-up faults name variables, files and classes, no person; they must reach whoever starts the program.
    process.stderr.write(
      `${options.program} did not start: ${error instanceof Error ? (error.stack ?? error.message) : 'unknown'}\n`,
    )
    process.exit(1)
  }
}

async function run(module: Type | DynamicModule, options: StartOptions, logger: Logger): Promise<void> {
  let isListening = false
  readiness.add('listening', () => isListening)
  const management = await listenForManagement(options.managementPort)
  const app = await build(module, { ...(options.door && { door: options.door }), logger })
  const undos: Undo[] = []
  const stop = once(async () => {
    isListening = false
    await stopAll(app, undos, logger)
    management.close()
  })
  stopOnSignal(stop, logger)
  for (const step of options.steps ?? []) {
    const undo = await step(app, logger)
    if (typeof undo === 'function') undos.push(undo as Undo)
  }
  await app.listen(options.port, listenAddress())
  freezePrototypes()
  isListening = true
  logger.info(programLog.STARTED, { port: options.port })
  process.send?.({ ready: true })
}

async function stopAll(app: NestFastifyApplication, undos: readonly Undo[], logger: Logger): Promise<void> {
  logger.info(programLog.STOPPING)
  const late = setTimeout(() => {
    logger.error(programLog.NOT_STOPPED)
    process.exit(1)
  }, stopMs)
  await drain(app)
  for (const undo of [...undos].reverse()) await undo()
  await app.close()
  clearTimeout(late)
  logger.info(programLog.STOPPED)
}

/** Takes no more connections and lets running requests finish; those that still wait after a few seconds are cut off later. */
async function drain(app: NestFastifyApplication): Promise<void> {
  const server = app.getHttpServer()
  const closed = new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
  server.closeIdleConnections()
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, finishMs))])
}

function stopOnSignal(stop: () => Promise<void>, logger: Logger): void {
  const leave = () => {
    stop().then(
      () => process.exit(0),
      () => {
        logger.error(programLog.NOT_STOPPED)
        process.exit(1)
      },
    )
  }
  process.on('SIGTERM', leave)
  process.on('SIGINT', leave)
  if (process.channel) process.on('disconnect', leave)
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  return () => (running ??= work())
}

/** Closes `Object.prototype` to additions, so that a hostile answer or body cannot give every object a member (security §3). */
function freezePrototypes(): void {
  Object.freeze(Object.prototype)
}
