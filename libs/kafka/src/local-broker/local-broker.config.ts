/** What the local broker takes from the environment. */
export interface BrokerEnvironment {
  /** For Java and Maven: in a POSIX locale neither can open a folder with accents in its name. */
  readonly variables: NodeJS.ProcessEnv
  /** An unpacked Kafka whose jars are used instead of Maven's. */
  readonly kafkaHome: string | undefined
}

export function brokerEnvironment(): BrokerEnvironment {
  return { variables: { ...process.env, LC_ALL: 'C.UTF-8' }, kafkaHome: process.env['KAFKA_HOME'] }
}
