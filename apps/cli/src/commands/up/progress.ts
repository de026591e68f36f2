import { performance } from 'node:perf_hooks'

/** Tells a person or a tool how far the start has got: one line a step, with its time. */
export class Progress {
  constructor(
    private readonly isJson: boolean,
    private readonly write: (text: string) => void = (text) => void process.stdout.write(text),
    private readonly isTerminal = process.stdout.isTTY,
  ) {}

  /** Runs a step and says that it is done, and what `work` says of it (a version, a number). */
  async step<T>(name: string, work: () => Promise<T>, detail: (result: T) => string = () => ''): Promise<T> {
    const from = performance.now()
    if (this.isTerminal && !this.isJson) this.write(`· ${name} …\r`)
    const result = await work()
    const seconds = Number(((performance.now() - from) / 1000).toFixed(1))
    const more = detail(result)
    if (this.isJson) this.tell({ step: name, ...(more && { detail: more }), seconds })
    else
      this.write(
        `✓ ${name}${more && ` ${more}`}  ${seconds.toFixed(1)} s\u001b[K\n`.replace(
          this.isTerminal ? '' : '\u001b[K',
          '',
        ),
      )
    return result
  }

  /** A line for people; tools get it as `{"note": …}`. */
  note(text: string): void {
    if (this.isJson) this.tell({ note: text })
    else this.write(`${text}\n`)
  }

  /** Lines for people, and the same as one object for tools. */
  summary(text: string, facts: Readonly<Record<string, unknown>>): void {
    if (this.isJson) this.tell(facts)
    else this.write(`\n${text}\n`)
  }

  private tell(facts: Readonly<Record<string, unknown>>): void {
    this.write(`${JSON.stringify(facts)}\n`)
  }
}
