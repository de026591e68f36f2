import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { choosePorts } from './ports.js'
import { programNames, programToRun, witnessNames } from './programs.js'

interface Service {
  readonly image?: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly ports?: readonly string[]
  readonly network_mode?: string
}

const compose = parse(readFileSync('docker-compose.yml', 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>
}
const service = (name: string): Service => compose.services[name] ?? {}

describe('the hub in containers', () => {
  it('has the parts of the hub on this machine', () => {
    const witnesses = witnessNames.map((name) => `witness-${name}`)
    const expected = [...programNames, ...witnesses, 'postgres', 'kafka', 'migrate']
    expect(Object.keys(compose.services).sort()).toEqual(expected.sort())
    for (const name of witnesses) expect(service(name).network_mode).toBe('service:audit')
  })

  it.each(programNames)('gives %s the settings that it has on this machine', async (name) => {
    const folder = {
      path: '/state',
      keys: '/state/keys',
      logs: '/state/logs',
      connectionFile: '/state/connection.json',
    }
    const ports = await choosePorts({ free: false, offset: 0 })
    const databaseUrlOf = (program: string) => `postgres://waymark_${program}:secret@postgres:5432/waymark`
    const around = { folder, ports, brokers: [], profile: 'sandbox', databaseUrlOf, environment: {} } as const
    const { environment, args } = programToRun(name, around)
    const inContainer = service(name).environment ?? {}
    const extra = ['JWKS_URL', 'LISTEN_ADDRESS', 'LOG_LEVEL', 'TOPIC_PREFIX']
    expect(Object.keys(inContainer).sort()).toEqual([...Object.keys(environment), ...extra].sort())
    const same = [
      ...['PORT', 'MANAGEMENT_PORT', 'WAYMARK_KEY_FILE', 'ISSUER', 'AUDIENCE', 'GATEWAY_URL', 'WITNESS_POLICY'],
      ...['WAYMARK_PROFILE', 'MALLOC_ARENA_MAX', 'MALLOC_MMAP_THRESHOLD_', 'GLIBC_TUNABLES'],
    ]
    for (const key of same) expect([key, inContainer[key]]).toEqual([key, environment[key]])
    expect(new URL(String(inContainer['DATABASE_URL']).replace(/\$\{[^}]*\}/, 'x')).username).toBe(`waymark_${name}`)
    expect(service(name).command).toEqual(['node', ...args])
  })

  it('gives the owner’s password to the server and the migration alone, and publishes two doors, on loopback', () => {
    const withPassword = Object.entries(compose.services).filter(([, it]) =>
      JSON.stringify(it).includes('POSTGRES_PASSWORD'),
    )
    expect(withPassword.map(([name]) => name).sort()).toEqual(['migrate', 'postgres'])
    const published = Object.values(compose.services).flatMap(({ ports }) => ports ?? [])
    expect([...published].sort()).toEqual(['127.0.0.1:4000:4000', '127.0.0.1:4005:4005'])
  })

  it('is built from files that exist, and runs as an ordinary user', () => {
    const lines = readFileSync('deploy/Dockerfile', 'utf8').split('\n')
    const copied = lines
      .filter((line) => line.startsWith('COPY') && !line.includes('--from'))
      .flatMap((line) => line.split(' ').slice(1, -1))
    expect(copied.filter((path) => !existsSync(path))).toEqual([])
    expect(lines).toContain('USER 10001:10001')
  })
})
