import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { projectPath } from '../topics.js'
import { brokerEnvironment } from './local-broker.config.js'
import { LocalBrokerFault } from './local-broker-fault.js'

const run = promisify(execFile)
const pom = 'deploy/local/kafka/pom.xml'
const oldestJava = 17
const install =
  'Debian/Ubuntu: sudo apt install openjdk-17-jre-headless maven; macOS: brew install openjdk@17 maven; or name a broker with KAFKA_BROKERS'

/** The Java that runs the broker: its whole version text tells one build from another. */
export async function javaVersion(): Promise<string> {
  const { variables } = brokerEnvironment()
  const { stderr } = await run('java', ['-version'], { env: variables }).catch(() => {
    throw new LocalBrokerFault('NO_JAVA', `Kafka needs Java ${oldestJava} or newer; found no java. ${install}`)
  })
  const major = Number(/version "(\d+)/.exec(stderr)?.[1] ?? 0)
  if (major < oldestJava)
    throw new LocalBrokerFault('NO_JAVA', `Kafka needs Java ${oldestJava} or newer; found ${major}. ${install}`)
  return stderr
}

/**
 * Brings the broker's jars with Maven into `.data/kafka-lib/<hash of the pom>`, unless they are there; every broker of this
 * clone uses that folder. Two callers at once both succeed. With `KAFKA_HOME` set, its jars are used and nothing is brought.
 *
 * @returns whether anything had to be brought
 * @throws LocalBrokerFault without Java, without Maven, or when Maven fails
 */
export async function fetchBrokerJars(): Promise<boolean> {
  await javaVersion()
  const folder = await jarFolder()
  if (existsSync(folder)) return false
  const arriving = `${folder}.${process.pid}`
  await mkdir(dirname(folder), { recursive: true })
  await rm(arriving, { recursive: true, force: true })
  await copyDependencies(arriving)
  await rename(arriving, folder).catch(async (error: unknown) => {
    if (!existsSync(folder)) throw error
    await rm(arriving, { recursive: true, force: true }) // another caller was first
  })
  return true
}

/** The folder that holds the jars once they were brought. */
export async function jarFolder(): Promise<string> {
  const { kafkaHome } = brokerEnvironment()
  if (kafkaHome !== undefined && kafkaHome !== '') return resolve(kafkaHome, 'libs')
  const file = projectPath(pom)
  const hash = createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
  return join(resolve(file, '../../../..'), '.data', 'kafka-lib', hash.slice(0, 16))
}

/**
 * Maven keeps what it fetched below the home that the system's list of users names, and some users have none there: theirs is
 * kept beside the jars.
 */
async function whereMavenKeeps(folder: string): Promise<readonly string[]> {
  const isAtHome = await access(homeOfUser(), constants.W_OK).then(
    () => true,
    () => false,
  )
  return isAtHome ? [] : [`-Dmaven.repo.local=${join(dirname(folder), 'maven')}`]
}

/** Where the system's list of users has the home of this one; an empty path where it does not know the user at all. */
function homeOfUser(): string {
  try {
    return userInfo().homedir
  } catch {
    return ''
  }
}

async function copyDependencies(folder: string): Promise<void> {
  const { variables } = brokerEnvironment()
  const where = await whereMavenKeeps(folder)
  const goal = ['-q', '-B', '-f', projectPath(pom), 'dependency:copy-dependencies', '-DincludeScope=runtime']
  try {
    await run('mvn', [...goal, ...where, `-DoutputDirectory=${folder}`], {
      env: variables,
      maxBuffer: 16 * 1024 * 1024,
    })
  } catch (error) {
    await rm(folder, { recursive: true, force: true })
    if ((error as { code?: unknown }).code === 'ENOENT')
      throw new LocalBrokerFault('NO_MAVEN', `Kafka's jars are brought by Maven; found no mvn. ${install}`)
    const { stdout = '' } = error as { stdout?: string }
    throw new LocalBrokerFault('JARS_MISSING', `Maven could not bring Kafka's jars: ${stdout.trim().slice(-1000)}`)
  }
}
