import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { noteKey, readSigner, readVerifier, signCheckpoint } from '#libs/tlog'
import { serveWitness } from './serve-witness.js'

const logKey = noteKey('waymark.example/log', 'log', Buffer.alloc(32, 1))
const signer = readSigner(noteKey('council', 'witness', Buffer.alloc(32, 2)).secret)
const checkpoint = (size: number, root: number) =>
  signCheckpoint({ origin: 'waymark.example/log', size, root: Buffer.alloc(32, root) }, readSigner(logKey.secret))

describe('a witness that runs', () => {
  let folder: string
  let witness: Awaited<ReturnType<typeof serveWitness>>
  const start = () => serveWitness({ signer, log: readVerifier(logKey.public), folder, port: 0 })
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'waymark-witness-'))
    witness = await start()
  })
  afterEach(async () => {
    await witness.close()
    rmSync(folder, { recursive: true })
  })

  const ask = async (body: string) => {
    const url = `http://127.0.0.1:${String(witness.port)}/add-checkpoint`
    const answer = await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(20_000) })
    return { status: answer.status, type: answer.headers.get('content-type'), text: await answer.text() }
  }

  it('cosigns for others while somebody is slow to say what it wants', async () => {
    const slow = request({ port: witness.port, host: '127.0.0.1', method: 'POST', path: '/add-checkpoint' })
    slow.on('error', () => undefined)
    slow.write('old 0\n')
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await ask(`old 0\n\n${checkpoint(5, 7)}`)).status).toBe(200)
    slow.destroy()
  })

  it('cosigns one of two histories that are shown to it at once, and neither other one after it was started again', async () => {
    const answers = await Promise.all([7, 8, 9].map((root) => ask(`old 0\n\n${checkpoint(5, root)}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409])
    await witness.close()
    witness = await start()
    const again = await Promise.all([7, 8, 9].map((root) => ask(`old 5\n\n${checkpoint(5, root)}`)))
    expect(again.map(({ status }) => status)).toEqual(answers.map(({ status }) => status))
    expect(again.find(({ status }) => status === 409)).toMatchObject({ type: 'text/x.tlog.size', text: '5\n' })
  })

  it('refuses more than a request can be', async () => {
    const answer = await ask('x'.repeat(70_000)).catch(() => ({ status: 400 }))
    expect(answer.status).toBe(400)
  })
})
