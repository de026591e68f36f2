import type { Profile } from '#libs/matching'

const atMost = 2_048

/** Profiles that were learned last, for whoever looks at them soon after; the oldest go first. */
export class FreshProfiles {
  private readonly profiles = new Map<string, Profile>()

  add(profileId: string, profile: Profile): void {
    this.profiles.set(profileId, profile)
    const [oldest] = this.profiles.keys()
    if (this.profiles.size > atMost && oldest !== undefined) this.profiles.delete(oldest)
  }

  get(profileId: string): Profile | undefined {
    return this.profiles.get(profileId)
  }
}
