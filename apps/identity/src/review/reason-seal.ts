import { seal, type KeyRing } from '#libs/security'

const subject = 'agency:waymark-hub'

/** Seals what persons give as their reasons; a reason may speak of a child. */
export class ReasonSeal {
  constructor(private readonly keyRing: KeyRing) {}

  /** @param place - the id of what it is the reason for; it opens there only */
  async seal(place: string, reason: string): Promise<{ readonly bytes: Buffer; readonly keyId: string }> {
    const key = await this.keyRing.keyOf(subject, 'content')
    return { bytes: seal(key, Buffer.from(reason, 'utf8'), place), keyId: key.id }
  }
}
