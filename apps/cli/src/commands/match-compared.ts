import { explain, judge, matchGrade, replay, type Model, type Notice, type Profile } from '#libs/matching'

/** A record that was read. */
export interface Read {
  readonly profile: Profile
  readonly notices: readonly Notice[]
}

/** What is printed as JSON. */
export type Compared = ReturnType<typeof compared>

/** Compares two records and explains it. */
export function compared(left: Read, right: Read, model: Model) {
  const { decision, candidates } = judge(left.profile, [{ personId: 'right', profiles: [right.profile] }], model)
  const explanation = explain(candidates, decision, model)
  const [candidate] = candidates
  const grade = candidate && matchGrade(candidate, decision)
  return {
    ...explanation,
    grade: grade ?? 'none',
    groups: candidate?.best.groups ?? [],
    vetoes: candidate?.vetoes ?? [],
    sums: { m: candidate?.best.m ?? 0, s: candidate?.best.s ?? 0 },
    prior: model.prior,
    notices: { left: left.notices, right: right.notices },
    replays: replay(explanation, model).agrees,
  }
}
