import {
  explain,
  judge,
  matchGrade,
  replay,
  type Candidate,
  type Model,
  type Notice,
  type Profile,
} from '#libs/matching'

/** A record that was read. */
export interface Read {
  readonly profile: Profile
  readonly notices: readonly Notice[]
}

/** What is printed as JSON. */
export type Compared = ReturnType<typeof compared>

/** What there is to say where nobody comes into question. */
const nobody: Pick<Candidate, 'best' | 'vetoes'> = { best: { m: 0, s: 0, evidence: [], groups: [] }, vetoes: [] }

/** Compares two records and explains it. */
export function compared(left: Read, right: Read, model: Model) {
  const { decision, candidates } = judge(left.profile, [{ personId: 'right', profiles: [right.profile] }], model)
  const explanation = explain(candidates, decision, model)
  const [candidate] = candidates
  const { best, vetoes } = candidate ?? nobody
  const grade = candidate && matchGrade(candidate, decision)
  return {
    ...explanation,
    grade: grade ?? 'none',
    groups: best.groups,
    vetoes,
    sums: { m: best.m, s: best.s },
    prior: model.prior,
    notices: { left: left.notices, right: right.notices },
    replays: replay(explanation, model).agrees,
  }
}
