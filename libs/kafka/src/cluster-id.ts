import { once } from 'node:events'
import { connect } from 'node:net'
import kafkajs from 'kafkajs'

/**
 * The id of the cluster that answers at an address.
 *
 * @returns `undefined` when nothing listens there; an empty text when what listens is no Kafka
 */
export async function clusterIdAt(broker: string): Promise<string | undefined> {
  if (!(await isListening(broker))) return undefined
  const admin = new kafkajs.Kafka({
    brokers: [broker],
    clientId: 'waymark-probe',
    connectionTimeout: 1000,
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin({ retry: { retries: 1, initialRetryTime: 50 } })
  try {
    await admin.connect()
    return (await admin.describeCluster()).clusterId
  } catch {
    return (await isListening(broker)) ? '' : undefined
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}

async function isListening(broker: string): Promise<boolean> {
  const [host = '', port] = broker.split(':')
  const socket = connect({ host, port: Number(port) })
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
