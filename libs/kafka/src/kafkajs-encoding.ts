import { produceBody, type ProduceArguments } from './produce-request.js'

/** The part of kafkajs's `Encoder` that is repaired: it writes into `buf` up to `offset`. */
interface Encoder {
  buf: Buffer
  offset: number
  /** Free bytes before `buf` in `shared`, of which `buf` is the rest. */
  roomBefore?: number
  shared?: Buffer | undefined
  ensureAvailable: (this: Encoder, length: number) => void
  writeEncoder: (this: Encoder, value: Encoder) => Encoder
}

export interface EncoderClass {
  new (initialSize?: number): Encoder
  readonly prototype: Encoder
  nextPowerOfTwo: (value: number) => number
}

interface Protocol {
  readonly request: { encode: () => Promise<Encoder> }
}

export interface ProduceProtocols {
  protocol: (of: { readonly version: number }) => (from: ProduceArguments) => Protocol
}

/** What an encoder of kafkajs begins with unless told. */
const usualSize = 511
const smallestBytes = 64
/** For length, key, version, correlation and client id of a request, which are written after its body. */
const roomBytes = 512
const firstVersion = 3

/**
 * Lets encoders begin with nothing and take memory as they need it, from Node's pool and not cleared: kafkajs made and cleared
 * half a kilobyte for each, of which a request for what is new in seventy partitions has a hundred and fifty.
 */
export function repairEncoder(encoder: EncoderClass): void {
  const { nextPowerOfTwo } = encoder
  encoder.nextPowerOfTwo = (value) => (value === usualSize ? 0 : nextPowerOfTwo(value))
  encoder.prototype.ensureAvailable = function (length) {
    if (this.offset + length <= this.buf.length) return
    const larger = Buffer.allocUnsafe(Math.max(smallestBytes, nextPowerOfTwo(this.offset + length)))
    this.buf.copy(larger, 0, 0, this.offset)
    this.buf = larger
    this.shared = undefined
  }
  encoder.prototype.writeEncoder = writingBeforeWhatHasRoom(encoder.prototype.writeEncoder)
}

/** As the original, but what is written before a body that has room for it is put there, and the body stays where it is. */
function writingBeforeWhatHasRoom(original: Encoder['writeEncoder']): Encoder['writeEncoder'] {
  return function (this: Encoder, value) {
    const { shared, roomBefore = 0 } = value
    if (!shared || this.offset > roomBefore) return original.call(this, value)
    this.roomBefore = roomBefore - this.offset
    this.buf.copy(shared, this.roomBefore, 0, this.offset)
    this.shared = shared
    this.buf = shared.subarray(this.roomBefore)
    this.offset += value.offset
    return this
  }
}

/** Writes Produce requests with {@link produceBody}; what it does not write is written as before. */
export function repairProduce(produce: ProduceProtocols, encoder: EncoderClass): void {
  const protocolOf = produce.protocol
  produce.protocol = (of) => {
    const original = protocolOf(of)
    if (of.version < firstVersion) return original
    return (from) => {
      const protocol = original(from)
      const { request } = protocol
      const { encode } = request
      request.encode = () => {
        const shared = produceBody(from, roomBytes, Date.now())
        return shared ? Promise.resolve(withRoom(new encoder(), shared)) : encode()
      }
      return protocol
    }
  }
}

function withRoom(encoder: Encoder, shared: Buffer): Encoder {
  encoder.shared = shared
  encoder.roomBefore = roomBytes
  encoder.buf = shared.subarray(roomBytes)
  encoder.offset = encoder.buf.length
  return encoder
}
