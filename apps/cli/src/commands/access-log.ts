import { once } from 'node:events'
import type { WriteStream } from 'node:fs'
import { open, rename, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { connect, type Asking, type ClientAnswer, type WaymarkClient } from '#libs/client'
import { WrongUse } from '../wrong-use.js'
import { persistently } from './demo/persistently.js'

/** What `--help` prints. */
export const usage = `Usage: waymark access-log export --as AGENCY|ROLE --out FILE [options]

Writes the access records of your agency, or as auditor or data protection officer of all, to a file: one JSON object a
line, with all that a commitment is made from. FILE.checkpoint is the log's checkpoint they were taken under.

  --as WHO        an agency or a role of the hub, as the connection file names them
  --out FILE      where to; written under another name until it is whole
  --agency ID     only what this agency did
  --from TIME     from this instant on, such as 2026-11-01T00:00:00Z
  --to TIME       before this instant
  --purpose P     Waymark-Purpose; else the first of the agreement
  --actor A       Waymark-Actor, <role>;<reference>; else this program
  --connection F  connection file, else .data/connection.json

Then, without the hub:
  waymark verify diff FILE --log LOG                                   none of them was altered
  waymark verify fsck --log LOG --checkpoint FILE.checkpoint --rows FILE   nor is one missing: of an export of all
  waymark verify reconcile YOUR-OWN-LOG FILE                           nobody else used your credentials

Exit code: 0 all is written, 1 the hub refused it, 2 wrong use.`

interface Exported {
  readonly entry: number
}

interface Page {
  readonly records: readonly Exported[]
  readonly next: number | null
}

const entriesOfPage = 2_000

/** Exports access records, page by page, up to the checkpoint that was newest when it began. */
export async function accessLog(args: readonly string[]): Promise<number> {
  const { as, out, connection, query, asking } = wanted(args)
  const client = connect(connection, as)
  const checkpoint = await client.request('GET', '/log/checkpoint')
  if (checkpoint.status !== 200) return refused(checkpoint)
  const size = sizeIn(String(checkpoint.body))
  const partial = (await open(`${out}.part`, 'w', 0o600)).createWriteStream()
  try {
    const refusal = await writeAll({ client, query, asking, size }, partial)
    if (refusal) return refused(refusal)
  } finally {
    partial.end()
    await once(partial, 'close')
  }
  await writeFile(`${out}.checkpoint`, checkpoint.bytes, { mode: 0o600 })
  await rename(`${out}.part`, out)
  return 0
}

interface Export {
  readonly client: WaymarkClient
  readonly query: Readonly<Record<string, string>>
  readonly asking: Asking
  /** Entries of the checkpoint. */
  readonly size: number
}

/** @returns the answer that ended it, where that was a refusal */
async function writeAll({ client, query, asking, size }: Export, to: WriteStream): Promise<ClientAnswer | undefined> {
  let written = 0
  for (let entry = 0; entry < size;) {
    const stretch = { ...query, entry: String(entry), limit: String(Math.min(entriesOfPage, size - entry)) }
    const answer = await persistently(() => client.exportedRecords(stretch, asking))
    if (answer.status !== 200) return answer
    const page = answer.body as Page
    for (const record of page.records) if (!to.write(`${JSON.stringify(record)}\n`)) await once(to, 'drain')
    written += page.records.length
    entry = page.next ?? size
    console.error(`· ${String(written)} records, ${String(entry)} of ${String(size)} entries`)
  }
  return undefined
}

function refused({ status, body }: ClientAnswer): number {
  console.error(`✗ The hub answered ${String(status)}: ${JSON.stringify(body)}`)
  return 1
}

/** The second line of a checkpoint (C2SP tlog-checkpoint). */
function sizeIn(note: string): number {
  return Number(note.split('\n')[1])
}

function wanted(args: readonly string[]) {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      as: { type: 'string' },
      out: { type: 'string' },
      agency: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      purpose: { type: 'string' },
      actor: { type: 'string' },
      connection: { type: 'string', default: '.data/connection.json' },
    },
  })
  const { as, out, connection, agency, from, to, purpose, actor } = values
  if (positionals.length !== 1 || positionals[0] !== 'export') throw new WrongUse('what is to be done is: export')
  if (as === undefined || out === undefined) throw new WrongUse('--as and --out are needed')
  return { as, out, connection, query: given({ agency, from, to }), asking: given({ purpose, actor }) }
}

function given(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
