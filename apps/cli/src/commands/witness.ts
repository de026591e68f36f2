import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readSigner, readVerifier } from '#libs/tlog'
import { serveWitness } from './witness/serve-witness.js'

/** What `--help` prints. */
export const usage = `Usage: waymark witness --key FILE --log-key FILE --data FOLDER [--port N]

Runs one witness of the access log until it is stopped: it checks that the log only ever grew, and cosigns what it saw.

  --key FILE      its own signing key (C2SP signer key)
  --log-key FILE  the log's verifier key
  --data FOLDER   where it keeps the latest checkpoint it signed
  --port N        of loopback; else a free one`

/** Runs one witness: it checks that the access log only ever grew, and cosigns what it saw. */
export async function witness(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      key: { type: 'string' },
      'log-key': { type: 'string' },
      data: { type: 'string' },
      port: { type: 'string', default: '0' },
    },
  })
  const { key, data, port } = values
  if (key === undefined || data === undefined || values['log-key'] === undefined) {
    console.error(usage)
    return 2
  }
  const signer = readSigner(readFileSync(key, 'utf8'))
  const server = await serveWitness({
    signer,
    log: readVerifier(readFileSync(values['log-key'], 'utf8')),
    folder: data,
    port: Number(port),
  })
  console.log(`witness ${signer.name} listens on http://127.0.0.1:${server.port}`)
  process.send?.({ ready: true, port: server.port })
  await new Promise<void>((stop) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'disconnect'] as const)
      process.once(signal, () => {
        stop()
      })
  })
  await server.close()
  return 0
}
