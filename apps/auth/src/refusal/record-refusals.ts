import { LRUCache } from 'lru-cache'
import type { KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { AccessRecorder } from '#libs/security'
import { counter, failureFields, logCodes, type Logger } from '#libs/service'
import type { RefusalRepository } from './refusal.repository.js'

/** What recording a refusal takes. */
export interface RefusalParts {
  readonly recorder: Pick<AccessRecorder, 'record'>
  readonly refusals: Pick<RefusalRepository, 'count' | 'record'>
  readonly logger: Logger
}

const refusalLog = logCodes('token', ['REFUSED', 'FAILED'])
const tokens = counter('waymark_auth_token_requests_total', 'Token requests by outcome.', ['outcome'])

interface ProviderError {
  readonly error?: string
  readonly error_description?: string
  readonly error_detail?: string
}

/**
 * Counts, limits and records what the token endpoint refuses. The refusal is recorded before it is answered; an address
 * with more than 600 refusals a minute is told to wait, whatever it sends.
 */
export function recordRefusals(provider: Provider, parts: RefusalParts): void {
  const faults = new WeakMap<object, ProviderError>()
  const waitingUntil = new LRUCache<string, number>({ max: 10_000 })
  provider.on('grant.error', (context, error) => faults.set(context, error as ProviderError))
  provider.on('server_error', (_context, error) => {
    tokens.inc({ outcome: 'server_error' })
    parts.logger.error(refusalLog.FAILED, failureFields(error))
  })
  provider.use(async (context, next) => {
    const secondsLeft = Math.ceil(((waitingUntil.get(context.ip) ?? 0) - Date.now()) / 1000)
    if (context.path === '/token' && secondsLeft > 0) {
      askToWait(context, secondsLeft)
      return
    }
    await next()
    const fault = faults.get(context)
    if (!fault) return
    await record(context as KoaContextWithOIDC, fault, parts)
    const { allowed, retryAfterSeconds } = await parts.refusals.count(context.ip)
    if (!allowed) waitingUntil.set(context.ip, Date.now() + retryAfterSeconds * 1000)
  })
  provider.on('grant.success', () => {
    tokens.inc({ outcome: 'issued' })
  })
}

interface Answer {
  status: number
  body: unknown
  set(name: string, value: string): void
}

function askToWait(answer: Answer, seconds: number): void {
  answer.set('retry-after', String(seconds))
  answer.status = 429
  answer.body = { error: 'temporarily_unavailable', error_description: 'too many refused requests' }
  tokens.inc({ outcome: 'limited' })
}

async function record(context: KoaContextWithOIDC, fault: ProviderError, parts: RefusalParts): Promise<void> {
  const { error = 'refused', error_description: description = '', error_detail: reason = description } = fault
  const clientId = context.oidc.client?.clientId
  const client = clientId === undefined ? {} : { clientId }
  tokens.inc({ outcome: error })
  parts.logger.warn(refusalLog.REFUSED, { problem: error, ...client })
  const { message } = await parts.recorder.record({
    kind: 'refuse',
    action: 'token',
    outcome: error,
    truth: { reason, ...client },
  })
  await parts.refusals.record(message)
}
