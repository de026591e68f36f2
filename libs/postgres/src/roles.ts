/** The programs that have a login role, in the order in which their schemas are migrated; `gateway` has no schema. */
export const programs = ['auth', 'identity', 'safeguarding', 'exchange', 'audit', 'gateway'] as const

/** The schemas of the hub. Each but `keys` belongs to the program of its name. */
export const schemas = ['auth', 'identity', 'safeguarding', 'exchange', 'audit', 'keys'] as const

/** The login role of a program. */
export function programRole(program: string): string {
  return `waymark_${program}`
}

/** The login roles of all programs: for grants of what every service may read. */
export const serviceRoles: readonly string[] = programs.map(programRole)
