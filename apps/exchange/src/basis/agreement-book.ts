import type { Agreement } from './agreement.js'

const freshMs = 1_000

/**
 * The agreements in memory, at most a second old, for decisions whose commit checks again.
 *
 * What rests on an entry is confirmed inside its transaction: the statement that accepts an event, and the one that
 * discloses a copy, take the agreement's row for share and leave out what rests on an ended one.
 */
export class AgreementBook {
  private byId: ReadonlyMap<string, Agreement> = new Map()
  private byAgency: ReadonlyMap<string, readonly Agreement[]> = new Map()
  private loadedAtMs = Number.NEGATIVE_INFINITY
  private loading: Promise<void> | undefined

  constructor(
    private readonly load: () => Promise<readonly Agreement[]>,
    private readonly steadyMs: () => number = () => performance.now(),
  ) {}

  /** Makes sure the book is fresh; to be awaited before it is read. */
  async open(): Promise<this> {
    while (this.steadyMs() - this.loadedAtMs > freshMs) await (this.loading ??= this.reload())
    return this
  }

  /** Forgets the book after a change of our own; a load under way no longer counts. */
  close(): void {
    this.loadedAtMs = Number.NEGATIVE_INFINITY
    this.loading = undefined
  }

  find(id: string): Agreement | undefined {
    return this.byId.get(id)
  }

  of(agencyId: string): readonly Agreement[] {
    return this.byAgency.get(agencyId) ?? []
  }

  private reload(): Promise<void> {
    const loading = this.load()
      .then((agreements) => {
        if (this.loading === loading) this.replace(agreements)
      })
      .finally(() => {
        if (this.loading === loading) this.loading = undefined
      })
    return loading
  }

  private replace(agreements: readonly Agreement[]): void {
    const byAgency = new Map<string, Agreement[]>()
    for (const agreement of agreements) {
      byAgency.set(agreement.agencyId, [...(byAgency.get(agreement.agencyId) ?? []), agreement])
    }
    this.byId = new Map(agreements.map((agreement) => [agreement.id, agreement]))
    this.byAgency = byAgency
    this.loadedAtMs = this.steadyMs()
  }
}
