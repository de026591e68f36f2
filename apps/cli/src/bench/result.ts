/** A figure that was measured, before it is held against its floor. */
export interface Figure {
  readonly id: string
  /** What was measured, where it differs from the usual words for `id`. */
  readonly measure?: string
  readonly value: number
  /** What the same machine does at most in the same run, in the same unit. */
  readonly ceiling?: number
  readonly note?: string
}

/** One line of the report. */
export interface Result {
  readonly id: string
  readonly measure: string
  readonly value: number
  readonly unit: string
  readonly ceiling: number | null
  readonly ratio: number | null
  readonly floor: number | null
  readonly goal: number | null
  /** Whether the floor holds; null where there is none. */
  readonly ok: boolean | null
  readonly note?: string
}

/** What is expected of a figure: of its ratio to the ceiling, or of its value (which is to stay below, or above). */
interface Expectation {
  readonly measure: string
  readonly unit: string
  readonly of?: 'ratio' | 'at-most' | 'at-least'
  readonly floor?: number
  readonly goal?: number
}

const expectations: Readonly<Record<string, Expectation>> = {
  P1: {
    measure: 'resolve in process, one core; the ceiling is finding candidates alone',
    unit: 'records/s',
    of: 'at-least',
    floor: 5_000,
    goal: 10_000,
  },
  'P1.p99': { measure: 'the same, 99th percentile', unit: 'ms', of: 'at-most', floor: 2, goal: 0.5 },
  P1r: {
    measure: 'rebuild of the index: profiles put in, without reading them from the database',
    unit: 'profiles/s',
    of: 'at-least',
    floor: 40_000,
    goal: 67_000,
  },
  'P2.p50': {
    measure: "POST /v1/resolve at identity's signed door, durable, 200/s, median",
    unit: 'ms',
    of: 'at-most',
    floor: 8,
    goal: 4,
  },
  'P2.p99': { measure: 'the same, 99th percentile', unit: 'ms', of: 'at-most', floor: 25, goal: 10 },
  P3: {
    measure: 'bulk load, durable, linked, logged: from the post to the last commit',
    unit: 'records/s',
    of: 'at-least',
    floor: 2_000,
    goal: 6_000,
  },
  P4: {
    measure: "durable single posts at exchange's signed door, 16 connections",
    unit: 'events/s',
    of: 'ratio',
    floor: 0.35,
    goal: 0.8,
  },
  P4g: { measure: 'durable single posts through the gateway, token and proof, 16 connections', unit: 'events/s' },
  P5: {
    measure: "batches of 200 at exchange's signed door, 2 connections",
    unit: 'events/s',
    of: 'ratio',
    floor: 0.45,
    goal: 0.65,
  },
  'P6.p50': { measure: '202 to visible in the feed, median', unit: 'ms', of: 'at-most', floor: 50, goal: 30 },
  'P6.p99': {
    measure: '202 to visible in the feed, 99th percentile',
    unit: 'ms',
    of: 'at-most',
    floor: 250,
    goal: 150,
  },
  P7: {
    measure: 'one-hop query through the gateway, 16 connections',
    unit: 'queries/s',
    of: 'ratio',
    floor: 0.3,
    goal: 0.4,
  },
  P8: {
    measure: 'durable append of full access records to the log',
    unit: 'records/s',
    of: 'at-least',
    floor: 5_000,
    goal: 15_000,
  },
  P9: { measure: 'inclusion proof from PostgreSQL, 99th percentile', unit: 'ms', of: 'at-most', floor: 20, goal: 20 },
  P11: {
    measure: 'memory of the index after forced collection, a million children',
    unit: 'MB',
    of: 'at-most',
    floor: 200,
    goal: 120,
  },
  P12: {
    measure: 'cost of a resolve against an index of a twelfth of the children',
    unit: 'times',
    of: 'at-most',
    floor: 2,
    goal: 1.3,
  },
  P13: {
    measure: 'npm start after install: compile and start to the first answered query',
    unit: 's',
    of: 'at-most',
    floor: 60,
    goal: 20,
  },
  P13r: { measure: 'the same, resumed on its data folder', unit: 's', of: 'at-most', goal: 8 },
  P14: { measure: 'resident memory of all programs', unit: 'MiB', of: 'at-most', floor: 1_536, goal: 1_024 },
  P15: {
    measure: 'a model is learned in a thread, without reading the records from the database',
    unit: 's',
    of: 'at-most',
    floor: 120,
    goal: 120,
  },
  'P15.p99': { measure: 'resolve in memory at 200/s beside it, 99th percentile from when it was due', unit: 'ms' },
}

/** Holds a figure against what is expected of it. */
export function judge({ id, value, ceiling, measure, note }: Figure): Result {
  const expected = expectations[id]
  if (!expected) throw new Error(`Nothing is known of ${id}`)
  const { floor, goal, unit } = expected
  const ratio = ceiling === undefined ? undefined : value / ceiling
  return {
    ...{ id, measure: measure ?? expected.measure, value: rounded(value) ?? 0, unit },
    ...{ ceiling: rounded(ceiling), ratio: rounded(ratio), floor: rounded(floor), goal: rounded(goal) },
    ok: verdict(expected, value, ratio ?? 0),
    ...(note !== undefined && { note }),
  }
}

function verdict({ of, floor }: Expectation, value: number, ratio: number): boolean | null {
  if (floor === undefined) return null
  const reached = of === 'ratio' ? ratio : value
  return of === 'at-most' ? reached <= floor : reached >= floor
}

/** To four digits; what is not known is null in the report. */
function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Number(value.toPrecision(4))
}
