/** Where the time went, in seconds. */
export interface Timing {
  readonly seconds: number
  readonly processorSeconds: number
  readonly secondsByStep: Readonly<Record<string, number>>
}

/** Measures steps that follow each other, from the start of the program on. */
export class Stopwatch {
  private readonly steps = new Map<string, number>([['starting', 0]])
  private step = 'starting'
  private since = 0

  constructor(private readonly say: (step: string) => void) {}

  begin(step: string): void {
    this.note()
    this.step = step
    this.say(step)
  }

  end(): Timing {
    this.note()
    const { user, system } = process.cpuUsage()
    return {
      seconds: rounded(performance.now() / 1000),
      processorSeconds: rounded((user + system) / 1e6),
      secondsByStep: Object.fromEntries([...this.steps].map(([step, ms]) => [step, rounded(ms / 1000)])),
    }
  }

  private note(): void {
    const now = performance.now()
    this.steps.set(this.step, (this.steps.get(this.step) ?? 0) + now - this.since)
    this.since = now
  }
}

function rounded(seconds: number): number {
  return Number(seconds.toFixed(3))
}
