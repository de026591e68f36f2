import { createHash } from 'node:crypto'
import type { Model } from './model.js'
import type { Profile } from './profile.js'

/** What may stand for a whole institution: an address, its postcode, a phone, an e-mail address. */
export type GenericKind = 'place' | 'postcode' | 'phone' | 'email'

/** Where each kind stands in a profile. */
export const genericFields = { place: 'places', postcode: 'postcodes', phone: 'phones', email: 'emails' } as const

/** How a value is named in a model: a refuge's address does not stand in it, nor does a phone number. */
export function genericKey(kind: GenericKind, value: string): string {
  return createHash('sha256').update(`waymark.generic.v1\u001f${kind}\u001f${value}`).digest('hex').slice(0, 16)
}

/**
 * The profile without the values that the model knows to be a school's, a hospital's, a refuge's or a form's: they say
 * nothing, for a child or against it. Either side of a comparison is enough.
 *
 * @see identity.md §2, Addresses
 */
export function withoutGeneric(profile: Profile, { generic }: Pick<Model, 'generic'>): Profile {
  if (!generic || !hasAny(generic)) return profile
  const saying = (kind: GenericKind): readonly string[] => {
    const values = profile[genericFields[kind]]
    const left = values.filter((value) => !Object.hasOwn(generic, genericKey(kind, value)))
    return left.length === values.length ? values : left
  }
  const [places, postcodes, phones, emails] = [saying('place'), saying('postcode'), saying('phone'), saying('email')]
  return { ...profile, places, postcodes, phones, emails }
}

/** Without making a list of them all. */
function hasAny(values: object): boolean {
  for (const key in values) return Object.hasOwn(values, key)
  return false
}
