import { createPublicKey } from 'node:crypto'
import { verifyReceipt, type ProgramKeys, type PublicJwks } from '#libs/security'
import type { StoredDecision } from './stored-decision.repository.js'

/** Checks that what is stored of a decision is what was signed when it was made, by the key of then. */
export class DecisionSeal {
  private known: PublicJwks | undefined

  constructor(private readonly keys: ProgramKeys | undefined) {}

  holds({ decisionId, explanation, inputs, signature }: StoredDecision): boolean {
    return signature !== null && verifyReceipt(this.jwks(), { decisionId, explanation, inputs }, signature)
  }

  private jwks(): PublicJwks {
    if (!this.keys) throw new Error('The program has no key file')
    const { receiptKey, formerReceiptKeys = [] } = this.keys
    const { kid, privateKey } = receiptKey
    const own = { ...createPublicKey(privateKey).export({ format: 'jwk' }), kid }
    return (this.known ??= { keys: [own, ...formerReceiptKeys] })
  }
}
