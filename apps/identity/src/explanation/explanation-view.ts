import type { Explanation as Explained } from '#libs/matching'
import type { Explanation } from './explanation.type.js'
import type { StoredDecision } from './stored-decision.repository.js'

/** An explanation as it is shown. */
export function viewOf(explained: Explained, stored?: StoredDecision): Explanation {
  const { why, whyNot, runnerUp, ...told } = explained
  return {
    ...{ ...told, why: [...why], whyNot: whyNot.map((gate) => ({ ...gate })) },
    ...(runnerUp && { advantageMillibits: runnerUp.advantageMillibits }),
    inputs: inputsOf(stored),
    how: [...(stored?.how ?? [])],
    ...(stored && { decisionId: stored.decisionId }),
    ...(stored?.signature != null && { signature: stored.signature }),
  }
}

function inputsOf(stored: StoredDecision | undefined): string[] {
  const { inputs } = stored ?? {}
  if (!inputs) return []
  const profiles = inputs.compared.flatMap(({ profileIds }) => profileIds.map((id) => `profile:${id}`))
  return [`rec:${inputs.sourceRecordId}@${inputs.contentHash.slice(0, 8)}`, ...profiles]
}
