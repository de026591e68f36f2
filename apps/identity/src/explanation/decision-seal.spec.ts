import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from '@jest/globals'
import { createDevelopmentKeys, readProgramKeys, signReceipt } from '#libs/security'
import { DecisionSeal } from './decision-seal.js'
import type { StoredDecision } from './stored-decision.repository.js'

const folder = mkdtempSync(join(tmpdir(), 'waymark-decision-seal-'))
createDevelopmentKeys(folder, { agencies: [] })
const keys = readProgramKeys(join(folder, 'programs', 'identity.json'))
afterAll(() => {
  rmSync(folder, { recursive: true })
})

const explanation = { modelHash: 'sha256:1', normaliser: 'n-2', outcome: 'register', why: [], whyNot: [] } as const
const decision = (signature: string): StoredDecision => ({
  ...{ decisionId: 'd-1', explanation, inputs: null, signature, decidedAt: new Date(0), childId: 'c-1' },
  ...{ children: [], how: [] },
})

describe('the seal of a decision', () => {
  it('holds after the key that signed it was rotated, as long as its public half is kept', () => {
    const signed = decision(signReceipt(keys, { decisionId: 'd-1', explanation, inputs: null }))
    expect(new DecisionSeal(keys).holds(signed)).toBe(true)
    const rotated = { ...keys, receiptKey: { kid: 'next', privateKey: generateKeyPairSync('ed25519').privateKey } }
    expect(new DecisionSeal(rotated).holds(signed)).toBe(false)
    const former = {
      ...createPublicKey(keys.receiptKey.privateKey).export({ format: 'jwk' }),
      kid: keys.receiptKey.kid,
    }
    expect(new DecisionSeal({ ...rotated, formerReceiptKeys: [former] }).holds(signed)).toBe(true)
  })

  it('is broken by any other word', () => {
    const signed = decision(signReceipt(keys, { decisionId: 'd-1', explanation, inputs: null }))
    expect(new DecisionSeal(keys).holds({ ...signed, decisionId: 'd-2' })).toBe(false)
    expect(new DecisionSeal(keys).holds({ ...signed, signature: null })).toBe(false)
  })
})
