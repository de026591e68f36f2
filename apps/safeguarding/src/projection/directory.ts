import type { AgencyKind } from '#libs/policy'

/** An agency as the projection needs it. */
export interface Agency {
  readonly id: string
  readonly kind: AgencyKind
  readonly services: readonly string[]
  readonly organisation: { readonly system: string; readonly value: string }
  readonly areas: readonly string[]
  readonly phone: string
  readonly outOfHoursPhone: string | undefined
}

/** An organisation as events name it. */
interface Organisation {
  readonly system: string
  readonly value: string
}

const healthVisiting: ReadonlySet<string> = new Set(['health-visiting', '0-19'])

/** The agencies that are active, found as events name them. */
export class Directory {
  constructor(private readonly agencies: readonly Agency[]) {}

  byId(id: string): Agency | undefined {
    return this.agencies.find((agency) => agency.id === id)
  }

  /** The agency of an organisation, by any of the numbers that name it. */
  byOrganisation(organisation: unknown): Agency | undefined {
    if (!isOrganisation(organisation)) return undefined
    const { system, value } = organisation
    return this.agencies.find(
      ({ id, organisation: own }) =>
        (own.system === system && own.value === value) || (system === 'urn:waymark:agency' && id === value),
    )
  }

  /** A council's children's services for an organisation that names a council, whatever other agencies it has. */
  councilOf(organisation: unknown): Agency | undefined {
    if (!isOrganisation(organisation)) return undefined
    const exact = this.byOrganisation(organisation)
    if (exact?.kind === 'council') return exact
    return this.agencies.find(({ kind, areas }) => kind === 'council' && areas.includes(organisation.value))
  }

  /** The council in whose area an agency works. */
  councilNear(agency: Agency | undefined): Agency | undefined {
    return this.agencies.find(({ kind, areas }) => kind === 'council' && sharesArea(areas, agency))
  }

  /** The 0-19 service for a birth: the notifying trust's own, else one that shares its area. */
  healthVisitorsNear(agency: Agency | undefined): Agency | undefined {
    if (agency && isHealthVisiting(agency)) return agency
    return this.agencies.find((each) => isHealthVisiting(each) && sharesArea(each.areas, agency))
  }
}

/** Whether an agency runs a 0-19 service: health visitors, school nurses. */
export function isHealthVisiting({ kind, services }: Agency): boolean {
  return kind === 'nhs' && services.some((service) => healthVisiting.has(service))
}

function sharesArea(areas: readonly string[], agency: Agency | undefined): boolean {
  return agency?.areas.some((area) => areas.includes(area)) === true
}

function isOrganisation(value: unknown): value is Organisation {
  const { system, value: number } = (value ?? {}) as Partial<Record<string, unknown>>
  return typeof system === 'string' && typeof number === 'string'
}
