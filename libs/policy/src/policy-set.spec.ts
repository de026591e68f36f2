import { describe, expect, it } from '@jest/globals'
import { loadPolicies, policiesIn, readPolicySet, textOfReadPolicySet } from './index.js'

const committed = policiesIn('schemas/policy')
const plain = { schema: committed.schema, policies: committed.policies }
const withFile = (text: string) => ({ ...committed, policies: [...committed.policies, { file: 'extra.cedar', text }] })
const rule = 'forbid (principal, action == Waymark::Action::"receive", resource) when { context.excluded };'

describe('a policy set', () => {
  it('has one hash, whatever the layout and the order of its files, and another for another rule', () => {
    const { hash } = loadPolicies(committed)
    const laidOut = committed.policies.map(({ file, text }) => ({ file, text: `// a comment\n${text}\n\n` }))
    expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(loadPolicies({ ...committed, policies: laidOut.reverse() }).hash).toBe(hash)
    expect(loadPolicies(withFile(`@id("X1") ${rule}`)).hash).not.toBe(hash)
  })

  it('is the same when it was read before, unless the sources have changed since', () => {
    const read = readPolicySet(committed)
    const asBefore = { ...read, policies: read.policies.slice(0, 3) } // to be told apart
    expect(loadPolicies({ ...committed, read }).ruleIds).toEqual(loadPolicies(plain).ruleIds)
    expect(loadPolicies({ ...committed, read: asBefore }).ruleIds).toHaveLength(3)
    const changed = { ...withFile(`@id("X1") ${rule}`), read: asBefore }
    expect(loadPolicies(changed).ruleIds).toContain('X1')
    expect(JSON.parse(textOfReadPolicySet(read))).toEqual(read)
  })

  it('stops the boot over an id that is missing or used twice', () => {
    expect(() => loadPolicies(withFile(rule))).toThrow('extra.cedar: a policy has no @id')
    expect(() => loadPolicies(withFile(`@id("F04-excluded") ${rule}`))).toThrow('two policies have the id F04-excluded')
  })

  it('stops the boot over a policy that asks for what the schema has not, for an obligation nobody keeps, or to explain to whom nobody knows', () => {
    expect(() =>
      loadPolicies(withFile('@id("X2") permit (principal, action, resource) when { context.mood };')),
    ).toThrow()
    expect(() => loadPolicies(withFile(`@id("X3") @obligation("light-a-candle") ${rule}`))).toThrow('light-a-candle')
    expect(() => loadPolicies(withFile(`@id("X4") @explain("everybody") ${rule}`))).toThrow('everybody')
    expect(() => loadPolicies(withFile('permit ('))).toThrow('extra.cedar')
  })
})
