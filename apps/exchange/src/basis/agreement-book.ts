import type { Agreement } from './agreement.js'

/** The agreements there are, by id and by agency. */
export class AgreementBook {
  private readonly byId: ReadonlyMap<string, Agreement>
  private readonly byAgency: ReadonlyMap<string, readonly Agreement[]>

  constructor(agreements: readonly Agreement[]) {
    const byAgency = new Map<string, Agreement[]>()
    for (const agreement of agreements) {
      byAgency.set(agreement.agencyId, [...(byAgency.get(agreement.agencyId) ?? []), agreement])
    }
    this.byId = new Map(agreements.map((agreement) => [agreement.id, agreement]))
    this.byAgency = byAgency
  }

  find(id: string): Agreement | undefined {
    return this.byId.get(id)
  }

  of(agencyId: string): readonly Agreement[] {
    return this.byAgency.get(agencyId) ?? []
  }
}
