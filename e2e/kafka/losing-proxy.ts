import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

const produce = 0

/** A proxy before one broker that may swallow the answer to a Produce request and cut the connection. */
export interface LosingProxy {
  readonly socketFactory: (options: { onConnect: () => void }) => Socket
  /** How many answers were swallowed. */
  losses(): number
  close(): void
}

/** @param loses - asked for each Produce answer, in order from 0 */
export async function losingProxy(port: number, loses: (answer: number) => boolean): Promise<LosingProxy> {
  let answers = 0
  let losses = 0
  const server = createServer((client) => {
    const broker = connect({ port, host: '127.0.0.1' })
    const asked = new Set<number>()
    const cut = () => {
      client.destroy()
      broker.destroy()
    }
    onFrames(client, (frame) => {
      if (frame.readInt16BE(4) === produce) asked.add(frame.readInt32BE(8))
      broker.write(frame)
    })
    onFrames(broker, (frame) => {
      if (asked.delete(frame.readInt32BE(4)) && loses(answers++)) {
        losses++
        cut()
      } else client.write(frame)
    })
    for (const socket of [client, broker]) socket.on('error', cut).on('close', cut)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const at = { port: (server.address() as AddressInfo).port, host: '127.0.0.1' }
  return {
    socketFactory: ({ onConnect }) => connect(at, onConnect),
    losses: () => losses,
    close: () => server.close(),
  }
}

/** Kafka's frames: a 32-bit length, then as many bytes. */
function onFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let held = Buffer.alloc(0)
  socket.on('data', (data: Buffer) => {
    held = Buffer.concat([held, data])
    while (held.length >= 4 && held.length >= held.readInt32BE(0) + 4) {
      const size = held.readInt32BE(0) + 4
      onFrame(held.subarray(0, size))
      held = held.subarray(size)
    }
  })
}
