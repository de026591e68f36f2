import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readSigner, readVerifier } from '#libs/tlog'
import { WrongUse } from '../wrong-use.js'
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
  if (!(Number(port) >= 0 && Number(port) < 65_536)) throw new WrongUse('--port takes a number up to 65535')
  const signer = readKey(key, readSigner)
  const server = await serveWitness({
    signer,
    log: readKey(values['log-key'], readVerifier),
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

function readKey<K>(file: string, read: (text: string) => K): K {
  const text = readFileSync(file, 'utf8')
  try {
    return read(text)
  } catch {
    throw new WrongUse(`${file} is no key of a log or witness (C2SP signed note)`)
  }
}
