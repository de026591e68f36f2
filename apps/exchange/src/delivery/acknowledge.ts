import type { Database } from '#libs/postgres'
import { verifySignedBody, type Caller } from '#libs/security'
import { Problem, strictJson } from '#libs/service'
import type { DirectoryRepository } from '../routing/directory.repository.js'
import { readAcknowledgement, type Acknowledgement } from './acknowledgement.js'
import type { AcknowledgementRepository } from './acknowledgement.repository.js'
import { ownLine } from './line.js'

/** How far a feed is acknowledged now. */
export interface Acknowledged {
  readonly acknowledged: number
}

/** Takes a recipient's signed word that it has processed its feed up to a number. Cumulative; it never goes back. */
export class Acknowledge {
  constructor(
    private readonly parts: {
      database: Database
      directory: Pick<DirectoryRepository, 'signingKeysOf'>
      acknowledgements: AcknowledgementRepository
    },
  ) {}

  /**
   * @param jws - compact, by one of the client's registered signing keys
   * @throws Problem 422 `SCHEMA_INVALID` for a signature or body that is not good, 409 beyond what was sent
   */
  async acknowledge(caller: Caller, jws: string): Promise<Acknowledged> {
    const acknowledgement = await this.read(caller, jws)
    return this.parts.database.transaction(async (tx) => {
      const line = ownLine(caller)
      const { sent, acknowledged } = await this.parts.acknowledgements.lock(tx, line, acknowledgement.upTo)
      if (furthestIn(acknowledgement) > sent) throw new Problem('ACKNOWLEDGED_BEYOND_SENT')
      await this.parts.acknowledgements.keep(tx, { recipient: line, clientId: caller.clientId, jws }, acknowledgement)
      const isFurther = acknowledgement.upTo > acknowledged
      if (isFurther) await this.parts.acknowledgements.advance(tx, line, acknowledgement.upTo)
      const answer = { acknowledged: Number(isFurther ? acknowledgement.upTo : acknowledged) }
      await caller.attempt?.keep(tx, answer)
      return answer
    })
  }

  private async read(caller: Caller, jws: string): Promise<Acknowledgement> {
    const signed = await verifySignedBody(jws, await this.parts.directory.signingKeysOf(caller.clientId))
    if (!signed.ok)
      throw invalid('#', 'FIELD_FORM', 'The signature does not hold under a registered key of this client')
    const read = readAcknowledgement(jsonIn(signed.payload))
    if (!read.ok) throw invalid(read.pointer, read.code, 'An acknowledgement is {feed, upTo, at, exceptions}')
    if (read.acknowledgement.feed !== caller.agencyId)
      throw invalid('#/feed', 'FIELD_VALUE', 'The feed is the id of your agency')
    return read.acknowledgement
  }
}

/** The last number that is spoken of: of one that was not sent nothing can be processed, and nothing can be wrong. */
function furthestIn({ upTo, exceptions }: Acknowledgement): bigint {
  return exceptions.reduce((most, { sequence }) => (BigInt(sequence) > most ? BigInt(sequence) : most), upTo)
}

function jsonIn(payload: Buffer): unknown {
  try {
    return strictJson(payload)
  } catch {
    return undefined
  }
}

function invalid(pointer: string, code: string, detail: string): Problem {
  return new Problem('SCHEMA_INVALID', detail, { errors: [{ pointer, code }] })
}
