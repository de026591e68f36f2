import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type ClientAnswer, type WaymarkClient } from '#libs/client'
import { persistently } from '../commands/demo/persistently.js'
import { populationOf, type SeedRecord } from './population.js'
import { demographicsOf, identifiersOf, requestOf } from './request-of.js'
import { SeedMarks } from './seed-marks.js'

/** What a seed came to. */
export interface Seeded {
  readonly children: number
  readonly records: number
  /** Records that have an identifier, and of these the ones about which a person decides. */
  readonly identified: number
  readonly provisional: number
  /** Records that were there before, to the letter. */
  readonly known: number
  readonly protected: number
  readonly adopted: number
}

/** The hub refused what a seed needs. */
export class SeedRefused extends Error {}

interface Progress {
  readonly state: string
  readonly received: number
  readonly resolved: number
  readonly identified: number
  readonly provisional: number
  readonly known: number
  readonly rate?: number
}

interface Asked {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** The person's reference; two guardians seal. */
  readonly actor?: string
}

const purpose = 'safeguard-child'
const recordsAFile = 20_000
const pauseMs = 500
const reviewOn = '2099-06-01'

/**
 * Puts the first children of KidsBench into a hub through its public doors: every agency's records as bulk loads, some
 * children protected before, some adopted in between. Put in again, nothing happens twice.
 *
 * @param told - called with a line of progress
 * @throws SeedRefused with status and code where the hub does not take it
 */
export class SeedHub {
  private readonly clients = new Map<string, WaymarkClient>()
  private readonly marks: SeedMarks

  constructor(
    private readonly connectionFile: string,
    private readonly told: (line: string) => void,
  ) {
    this.marks = new SeedMarks(connectionFile)
  }

  async seed(children: number): Promise<Seeded> {
    const { hidden, first, adopted, successions, stale } = populationOf(children)
    for (const record of hidden) await this.marks.once(`protected ${record.id}`, () => this.protect(record))
    const loads = [await this.load(first), await this.load(adopted)]
    for (const { before, after } of successions)
      await this.marks.once(`sealed ${before.id}`, async () =>
        this.seal(await this.uciOf(before), await this.uciOf(after)),
      )
    loads.push(await this.load(stale))
    const sum = (of: 'identified' | 'provisional' | 'known') => loads.flat().reduce((all, load) => all + load[of], 0)
    return {
      ...{ children, records: first.length + adopted.length + stale.length },
      ...{ identified: sum('identified'), provisional: sum('provisional'), known: sum('known') },
      ...{ protected: hidden.length, adopted: successions.length },
    }
  }

  /** Every agency's records, file after file; agencies beside each other. */
  private async load(records: readonly SeedRecord[]): Promise<readonly Progress[]> {
    const agencies = [...new Set(records.map(({ agency }) => agency))].toSorted()
    const loads = agencies.map(async (agency) => {
      const own = records.filter((record) => record.agency === agency)
      const done: Progress[] = []
      for (let at = 0; at < own.length; at += recordsAFile)
        done.push(await this.loadFile(agency, own.slice(at, at + recordsAFile)))
      return done
    })
    return (await Promise.all(loads)).flat()
  }

  private async loadFile(agency: string, records: readonly SeedRecord[]): Promise<Progress> {
    const text = records.map(({ id, record }) => JSON.stringify(requestOf(id, record))).join('\n')
    const headers = {
      'content-type': 'application/x-ndjson',
      'idempotency-key': `seed-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`,
    }
    const posted = await this.ask(agency, 'POST', '/v1/bulk-loads', { body: gzipSync(text), headers })
    const { id } = posted.body as { readonly id: string }
    let told = 0
    for (;;) {
      const progress = (await this.ask(agency, 'GET', `/v1/bulk-loads/${id}`)).body as Progress
      const isDone = progress.state === 'done'
      if (isDone || progress.resolved > told)
        this.told(`${agency}: ${String(progress.resolved)} of ${String(records.length)} records, ${paceOf(progress)}`)
      if (isDone) return progress
      told = progress.resolved
      await sleep(pauseMs)
    }
  }

  /** Before anything is recorded of the child. */
  private async protect({ record }: SeedRecord): Promise<void> {
    const level = record.sex === 'female' ? 'existence-hidden' : 'location-hidden'
    const child = { ...identifiersOf(record), demographics: demographicsOf(record) }
    await this.ask('waymark-hub/guardian-desk', 'POST', '/v1/protections', {
      body: { level, reason: 'An invented reason.', reviewOn, child },
    })
  }

  private async seal(uci: string, successor: string): Promise<void> {
    const asked = await this.ask('waymark-hub/guardian-desk', 'POST', '/v1/seals', {
      body: { uci, successor, reason: 'An invented adoption.', reviewOn },
    })
    const { sealId } = asked.body as { readonly sealId: string }
    await this.ask('waymark-hub/guardian-desk', 'POST', `/v1/seals/${sealId}/approval`, { body: {}, actor: 'seed-2' })
  }

  /** The identifier that a record has got; its agency asks by sending it again. */
  private async uciOf({ agency, id, record }: SeedRecord): Promise<string> {
    const answer = await this.ask(agency, 'POST', '/v1/resolve', {
      body: { mode: 'register', source: `urn:waymark:agency:${agency}`, ...requestOf(id, record) },
    })
    return (answer.body as { readonly uci: string }).uci
  }

  private async ask(
    who: string,
    method: 'GET' | 'POST',
    path: string,
    { actor = 'seed-1', ...request }: Asked = {},
  ): Promise<ClientAnswer> {
    const client = this.clients.get(who) ?? connect(this.connectionFile, who)
    this.clients.set(who, client)
    const role = who.includes('/') ? who.split('/')[1] : 'system-client'
    const answer = await persistently(() =>
      client.request(method, path, { ...request, purpose, actor: `${String(role)};${actor}` }),
    )
    if (answer.status < 300) return answer
    const { code } = (answer.body ?? {}) as { readonly code?: string }
    throw new SeedRefused(`${who}: ${method} ${path} was answered with ${String(answer.status)} ${code ?? ''}`)
  }
}

function paceOf({ rate }: Progress): string {
  return rate === undefined ? 'no pace yet' : `${String(Math.round(rate))} a second`
}
