import { newId, type OutboxMessage } from '#libs/postgres'
import { commitmentOf } from '#libs/tlog'
import type { Caller } from './caller.js'
import { freshBytes } from './fresh-bytes.js'
import type { KeyRing } from './key-ring.js'
import type { ProgramKeys } from './program-keys.js'
import { accessIndexOf, askedDigestOf, knownAccessIndexOf } from './pseudonym.js'
import { signReceipt } from './receipt.js'
import { seal, sealPadded } from './seal.js'
import { packRecord } from './sealed-record.js'

/** What happened, in the words of the access log. */
type AccessKind = 'read' | 'query' | 'disclose' | 'receive' | 'decide' | 'log-read' | 'refuse' | 'key-destroyed'

/** Inner facts: strings, whole numbers and booleans, and lists of strings. */
type Truth = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** One access to describe: one child, or nobody. */
export interface Access {
  readonly kind: AccessKind
  /** Absent where the hub itself acted. */
  readonly caller?: Caller
  readonly action: string
  /** As the caller was told it. */
  readonly outcome: string
  readonly eventType?: string
  readonly fieldGroups?: readonly string[]
  readonly purpose?: string
  readonly basisId?: string
  readonly eventId?: string
  /** What was asked, in a normal form; only its keyed digest is recorded. */
  readonly asked?: string
  /** Internal UUID of the child, when the question hit one (hidden children included). */
  readonly child?: string
  /** The agency disclosed to. */
  readonly recipient?: string
  /** The true decision, its rule and reasons: sealed, never shown to the caller. */
  readonly truth: Truth
}

/** A signed promise that the record will stand in the access log. */
export interface AccessReceipt {
  readonly recordId: string
  /** Hex SHA-256. */
  readonly commitment: string
  readonly service: string
  /** ISO 8601, UTC, milliseconds. */
  readonly issuedAt: string
  /** Detached EdDSA JWS. */
  readonly signature: string
}

/** A record ready for the outbox of its transaction, and the receipt for the answer. */
export interface RecordedAccess {
  readonly message: OutboxMessage
  readonly receipt: AccessReceipt
}

/** Most records are of what the hub does by itself, and nobody asks for their receipt: a fifth of the work of a record. */
function signedWhenAsked(message: OutboxMessage, sign: () => AccessReceipt): RecordedAccess {
  let receipt: AccessReceipt | undefined
  return {
    message,
    get receipt() {
      receipt ??= sign()
      return receipt
    },
  }
}

/** What a recorder is made of. */
export interface AccessRecorderParts {
  readonly keys: ProgramKeys
  readonly keyRing: Pick<KeyRing, 'keyOf'>
  readonly service: string
  /** Hash of the policy set in force, in every record. */
  readonly policyHash?: string
  readonly nowMs?: () => number
}

const topic = 'waymark.access-records.v1'
const partitions = 6
/** Holds every ordinary inner half, so that all have one size; see docs/adr/0017. */
const innerStepBytes = 1024
const hub = 'waymark-hub'

/**
 * Describes accesses for the access log: seals both halves, commits to them, signs the receipt.
 * It writes nothing. The caller records before its transaction and adds the message to its outbox inside it,
 * so that the access is durable with, and before, the answer.
 */
export class AccessRecorder {
  private readonly now: () => number

  constructor(private readonly parts: AccessRecorderParts) {
    this.now = parts.nowMs ?? Date.now
  }

  /** The same recorder with another ring, such as that of an open transaction. */
  using(keyRing: Pick<KeyRing, 'keyOf'>): AccessRecorder {
    return new AccessRecorder({ ...this.parts, keyRing })
  }

  /**
   * A record of one access. A question about nobody does the same work as one about a child.
   *
   * @throws KeyDestroyed when the child's access key is gone
   */
  async record(access: Access): Promise<RecordedAccess> {
    const nowMs = this.now()
    const recordId = newId(nowMs)
    const at = new Date(nowMs).toISOString()
    const asked = access.asked === undefined ? '' : askedDigestOf(this.parts.keys, access.asked).toString('hex')
    const [outerKey, innerKey] = await this.keysFor(access, at, asked)
    const salt1 = freshBytes(16)
    const salt2 = freshBytes(16)
    const outer = this.outerOf(access, { recordId, at }, asked)
    const inner = { child: access.child, asked: access.asked, ...access.truth }
    const { innerHash, commitment, innerText, outerText } = commitmentOf({ outer, inner, salt1, salt2 })
    const opening = Buffer.from(`{"inner":${innerText},"salt2":"${salt2.toString('hex')}"}`, 'utf8')
    // Each member by its name: objects put together from others cost a tenth of a record.
    const value = packRecord({
      recordId,
      atMs: nowMs,
      service: this.parts.service,
      kind: access.kind,
      agencyId: access.caller?.agencyId,
      clientId: access.caller?.clientId,
      purpose: access.purpose ?? access.caller?.purpose,
      childIndex: this.indexOf(access, recordId),
      salt1,
      innerHash,
      commitment,
      sealedOuter: seal(outerKey, outerText, recordId),
      outerKeyId: outerKey.id,
      sealedInner: sealPadded(innerKey, opening, recordId, innerStepBytes),
      innerKeyId: innerKey.id,
    })
    return signedWhenAsked(this.messageOf(recordId, value), () =>
      this.receiptOf(recordId, commitment.toString('hex'), at),
    )
  }

  /** A key is remembered by the question: one about a child that was just in use costs what one about nobody does. */
  private keysFor({ caller, child, asked: question }: Access, at: string, asked: string) {
    const { keyRing } = this.parts
    const outer = keyRing.keyOf(`agency:${caller?.agencyId ?? hub}`, 'access')
    const subject = child === undefined ? `miss:${at.slice(0, 7)}` : `child:${child}`
    const inner = keyRing.keyOf(subject, 'access', question === undefined ? undefined : `asked:${asked} ${subject}`)
    return Promise.all([outer, inner])
  }

  /**
   * What `audit` finds a record by: one about nobody has an index too, of itself. A question about a child does the same
   * work as one about nobody.
   */
  private indexOf({ asked, child }: Access, recordId: string): Buffer {
    const isRemembered = asked === undefined && child !== undefined
    return isRemembered ? knownAccessIndexOf(this.parts.keys, child) : accessIndexOf(this.parts.keys, child ?? recordId)
  }

  /** In the order of its names, which is the canonical one: nothing is left to be sorted. */
  private outerOf(access: Access, name: { recordId: string; at: string }, asked: string): Record<string, unknown> {
    const caller: Partial<Caller> = access.caller ?? { agencyId: hub }
    return {
      action: access.action,
      actorReference: caller.actor?.reference,
      actorRole: caller.actor?.role,
      agencyId: caller.agencyId,
      agreement: caller.agreement,
      asked: access.asked === undefined ? undefined : asked,
      at: name.at,
      basisId: access.basisId,
      clientId: caller.clientId,
      eventId: access.eventId,
      eventType: access.eventType,
      fieldGroups: access.fieldGroups,
      id: name.recordId,
      innerHash: undefined,
      kind: access.kind,
      outcome: access.outcome,
      policyHash: this.parts.policyHash,
      purpose: access.purpose ?? caller.purpose,
      recipient: access.recipient,
      requestId: caller.requestId,
      role: caller.role,
      service: this.parts.service,
      tokenId: caller.jti,
      traceparent: caller.traceparent,
      v: 1,
    }
  }

  private messageOf(recordId: string, value: Buffer): OutboxMessage {
    const key = Buffer.from(recordId.replaceAll('-', ''), 'hex')
    // The last bytes of a version 7 UUID are random; its first are the time, which would send all records one way.
    const partition = key.readUInt32BE(12) % partitions
    const headers = { service: this.parts.service, 'event-id': recordId, v: '2' }
    return { topic, partition, key, eventId: recordId, headers, value, shard: 0 }
  }

  private receiptOf(recordId: string, commitment: string, issuedAt: string): AccessReceipt {
    const promise = { recordId, commitment, service: this.parts.service, issuedAt }
    return { ...promise, signature: signReceipt(this.parts.keys, promise) }
  }
}
