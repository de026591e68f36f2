/** Why a local broker does not run; the message says what to do. */
export type BrokerFaultCode = 'NO_JAVA' | 'NO_MAVEN' | 'JARS_MISSING' | 'PORT_TAKEN' | 'FOLDER_IN_USE' | 'BROKER_ENDED'

/** A local broker could not be started. */
export class LocalBrokerFault extends Error {
  override readonly name = 'LocalBrokerFault'
  constructor(
    readonly code: BrokerFaultCode,
    message: string,
  ) {
    super(message)
  }
}
