import { describe, expect, it, jest } from '@jest/globals'
import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { compileFunction } from 'node:vm'
import { crc32c } from './crc32c.js'
import { repairEncoder, repairProduce, type EncoderClass, type ProduceProtocols } from './kafkajs-encoding.js'
import type { ProduceArguments } from './produce-request.js'

type WriteRequest = (from: {
  correlationId: number
  clientId: string
  request: object
}) => Promise<{ readonly buffer: Buffer }>

type Run = (module: object, require: (name: string) => unknown, date: typeof Date) => void

/** kafkajs as it is on disk, with modules of its own: Jest keeps one set, which a test before this one may have repaired. */
function freshKafkajs() {
  const loaded = new Map<string, { exports: unknown }>()
  const load = (path: string): unknown => {
    const known = loaded.get(path)
    if (known) return known.exports
    const require = createRequire(path)
    const module = { exports: {} }
    loaded.set(path, module)
    const requireFresh = (name: string) => {
      const isOurs = name.startsWith('.') && !name.endsWith('.json')
      return isOurs ? load(require.resolve(name)) : (require(name) as unknown)
    }
    const run = compileFunction(readFileSync(path, 'utf8'), ['module', 'require', 'Date']) as Run
    run(module, requireFresh, Date)
    return module.exports
  }
  const from = (name: string) => load(createRequire(import.meta.url).resolve(`kafkajs/src/protocol/${name}`))
  return {
    encoder: from('encoder') as EncoderClass,
    produce: from('requests/produce') as ProduceProtocols,
    write: from('request') as WriteRequest,
    crc32C: from('recordBatch/crc32C') as (bytes: Buffer) => number,
  }
}

function repairedKafkajs() {
  const fresh = freshKafkajs()
  repairEncoder(fresh.encoder)
  repairProduce(fresh.produce, fresh.encoder)
  return fresh
}

const plain = freshKafkajs()
const repaired = repairedKafkajs()

async function requestOf(kafkajs: typeof plain, from: ProduceArguments, version = 7): Promise<string> {
  const { request } = kafkajs.produce.protocol({ version })(from)
  const written = await kafkajs.write({ correlationId: 7, clientId: 'exchange', request })
  return written.buffer.toString('hex')
}

const bytes = (maxLength: number) => fc.uint8Array({ maxLength }).map((array) => Buffer.from(array))
const long = fc
  .tuple(fc.nat(255), fc.constantFrom(62, 63, 64, 65, 8190, 8191, 8192, 70_000))
  .map(([filling, length]) => Buffer.alloc(length, filling))
const text = fc.string({ unit: 'grapheme', maxLength: 80 })
const headers = fc.dictionary(text, text, { maxKeys: 4 })
const plainMessage = fc.record({ key: bytes(40), value: fc.oneof(bytes(300), long), headers })
const oddMessage = fc.record(
  {
    key: fc.constantFrom(null, 'key'),
    value: fc.constantFrom(null, 'value'),
    headers: fc.constant({ a: Buffer.from('1'), b: ['2', '3'] }),
    timestamp: fc.constantFrom('0', '1763800000000'),
  },
  { requiredKeys: ['value'] },
)
const requests = (message: fc.Arbitrary<object>): fc.Arbitrary<ProduceArguments> =>
  fc.record({
    acks: fc.constantFrom(-1, 1),
    timeout: fc.nat(60_000),
    producerId: fc.oneof(
      fc.bigInt({ min: -1n, max: 1n << 62n }).map((value) => ({ value })),
      fc.bigInt({ min: -1n, max: 1n << 62n }).map(String),
      fc.nat(),
    ),
    producerEpoch: fc.nat(32_767),
    compression: fc.constant(0),
    topicData: fc.array(
      fc.record({
        topic: fc.constantFrom('waymark.record-events.v1', 'été'),
        partitions: fc.array(
          fc.record({
            partition: fc.nat(70),
            firstSequence: fc.nat(2 ** 31 - 1),
            messages: fc.array(message, { minLength: 1, maxLength: 70 }),
          }),
          { maxLength: 3 },
        ),
      }),
      { maxLength: 3 },
    ),
  })

describe('the repaired encoding of kafkajs', () => {
  it('is compared with one that nobody has repaired', () => {
    expect(new plain.encoder().buf).toHaveLength(512)
    expect(new repaired.encoder().buf).toHaveLength(0)
  })

  it.each([
    ['what relays send', requests(plainMessage)],
    ['what they never send', requests(fc.oneof(plainMessage, oddMessage))],
  ])('writes the very bytes that kafkajs writes: %s', async (_, arbitrary) => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1_763_800_000_123)
    try {
      await fc.assert(
        fc.asyncProperty(arbitrary, fc.constantFrom(3, 7), async (from, version) => {
          expect(await requestOf(repaired, from, version)).toBe(await requestOf(plain, from, version))
        }),
        { numRuns: 60 },
      )
    } finally {
      now.mockRestore()
    }
  })

  it('clears no memory and copies no body for what a request puts before it', async () => {
    const alloc = jest.spyOn(Buffer, 'alloc')
    const copy = jest.spyOn(Buffer.prototype, 'copy')
    try {
      const messages = [{ key: Buffer.from('k'), value: Buffer.alloc(5000), headers: {} }]
      alloc.mockClear()
      const topicData = [{ topic: 'topic', partitions: [{ partition: 0, messages }] }]
      await requestOf(repaired, { acks: -1, timeout: 1000, topicData })
      expect(alloc.mock.calls.filter(([size]) => size > 0)).toEqual([])
      expect(copy.mock.results.every(({ value }) => Number(value) < 100)).toBe(true)
    } finally {
      alloc.mockRestore()
      copy.mockRestore()
    }
  })

  it('goes on writing after a body that was taken over', () => {
    const body = new repaired.encoder()
    body.shared = Buffer.from('....body')
    body.roomBefore = 4
    body.buf = body.shared.subarray(4)
    body.offset = 4
    const ahead = new repaired.encoder()
    ahead.ensureAvailable(2)
    ahead.offset = ahead.buf.write('ab')
    const after = new repaired.encoder()
    after.ensureAvailable(1)
    after.offset = after.buf.write('!')
    const around = new repaired.encoder().writeEncoder(ahead.writeEncoder(body).writeEncoder(after))
    expect(around.buf.toString('latin1', 0, around.offset)).toBe('abbody!')
  })

  it('has the checksum of the standard', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283)
    fc.assert(
      fc.property(bytes(200), fc.nat(20), (some, from) => {
        const start = Math.min(from, some.length)
        expect(crc32c(some, start)).toBe(plain.crc32C(some.subarray(start)))
      }),
    )
  })
})
