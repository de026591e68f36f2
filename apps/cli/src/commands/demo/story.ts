/** A step of the demonstration did not hold. */
export class DemonstrationFailed extends Error {
  constructor(
    readonly step: string,
    readonly expected: string,
  ) {
    super(`${step}: ${expected}`)
  }
}

/** What one step came to; for tools. */
export interface StepReport {
  readonly step: string
  readonly proved: readonly string[]
  readonly durationMs: number
}

const lineWidth = 160

/** Tells the demonstration as it goes: in plain words the request, the answer, and what it proved. */
export class Story {
  private title = ''
  private proved: string[] = []
  private startedAt = 0
  readonly steps: StepReport[] = []

  constructor(private readonly out: (line: string) => void) {}

  async step(title: string, work: () => Promise<void>): Promise<void> {
    this.title = title
    this.proved = []
    this.startedAt = Date.now()
    this.out(`\n── ${title} ${'─'.repeat(Math.max(3, 100 - title.length))}`)
    await work()
    this.steps.push({ step: title, proved: this.proved, durationMs: Date.now() - this.startedAt })
  }

  say(text: string): void {
    this.out(`   ${text}`)
  }

  asked(who: string, what: string, body?: unknown): void {
    this.out(`   → ${what}   as ${who}${body === undefined ? '' : `   ${short(body)}`}`)
  }

  answered(status: number, body: unknown): void {
    this.out(`   ← ${status} ${short(body)}`)
  }

  /**
   * Says what the step proved.
   *
   * @throws DemonstrationFailed when it does not hold
   */
  prove(holds: boolean, what: string): void {
    if (!holds) throw new DemonstrationFailed(this.title, what)
    this.proved.push(what)
    this.out(`   ✓ ${what}`)
  }
}

function short(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > lineWidth ? `${text.slice(0, lineWidth)} …` : text
}
