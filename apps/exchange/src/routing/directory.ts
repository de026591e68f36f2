import type { AgencyKind } from '#libs/policy'
import type { PublicJwk } from '#libs/security'

/** An agency of the directory, with what routing needs of it. */
export interface Agency {
  readonly id: string
  readonly kind: AgencyKind
  readonly services: readonly string[]
  readonly organisation?: { readonly system: string; readonly value: string }
  readonly areas: readonly string[]
  readonly status: string
  readonly phone?: string
  readonly outOfHoursPhone?: string
  /** Where copies are sealed to: the newest valid X25519 key. */
  readonly encryptionKey?: PublicJwk
}

/** A client of the hub itself. */
export interface HubRole {
  readonly role: string
  readonly agreementId: string
}

export const hubId = 'waymark-hub'

/** Who there is: agencies are data, and so are the hub's roles. */
export class Directory {
  private readonly byId: ReadonlyMap<string, Agency>
  private readonly byRole: ReadonlyMap<string, HubRole>

  constructor(
    readonly agencies: readonly Agency[],
    roles: readonly HubRole[] = [],
  ) {
    this.byId = new Map(agencies.map((agency) => [agency.id, agency]))
    this.byRole = new Map(roles.map((role) => [role.role, role]))
  }

  find(id: string): Agency | undefined {
    return this.byId.get(id)
  }

  role(name: string): HubRole | undefined {
    return this.byRole.get(name)
  }

  /** Agencies of a kind that do a service (any, unless named) and work in one of these areas. */
  working(kind: AgencyKind, areas: readonly string[], service?: string): readonly Agency[] {
    return this.agencies.filter(
      (agency) =>
        agency.kind === kind &&
        (service === undefined || agency.services.includes(service)) &&
        agency.areas.some((area) => areas.includes(area)),
    )
  }

  /** The agency that an event's `{system, value}` names: by its organisation, or a council by its area. */
  named(organisation: { readonly system: string; readonly value: string }): Agency | undefined {
    const { system, value } = organisation
    return (
      this.agencies.find((agency) => agency.organisation?.system === system && agency.organisation.value === value) ??
      (system === 'urn:waymark:agency' ? this.find(value) : undefined) ??
      (system === 'urn:waymark:gss' ? this.working('council', [value])[0] : undefined)
    )
  }
}
