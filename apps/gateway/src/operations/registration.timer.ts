import { failureFields, logCodes, type Logger } from '#libs/service'
import type { KnownOperations } from './known-operations.js'
import type { RegistrationRepository } from './registration.repository.js'

const registrationLog = logCodes('registrations', ['NOT_READ'])
const readEveryMs = 2_000

/** Renews the known operations every two seconds; the first reading must succeed. */
export async function keepRegistrations(
  known: KnownOperations,
  registrations: Pick<RegistrationRepository, 'read'>,
  logger: Logger,
): Promise<() => void> {
  const read = async () => {
    const askedAtMs = Date.now()
    known.replace(await registrations.read(), askedAtMs)
  }
  await read()
  let isReading = false
  const timer = setInterval(() => {
    if (isReading) return
    isReading = true
    read()
      .catch((error: unknown) => {
        logger.warn(registrationLog.NOT_READ, failureFields(error))
      })
      .finally(() => {
        isReading = false
      })
  }, readEveryMs)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}
