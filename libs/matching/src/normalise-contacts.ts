/** A phone or e-mail as sent. */
interface SentContact {
  readonly kind: 'phone' | 'email'
  readonly value: string
}

/** Phones in E.164 form and e-mails in lower case; what has neither form is left out. */
export function normaliseContacts(contacts: readonly SentContact[]): {
  readonly phones: readonly string[]
  readonly emails: readonly string[]
} {
  const read = (kind: SentContact['kind'], form: (text: string) => string | undefined) => [
    ...new Set(contacts.filter((contact) => contact.kind === kind).flatMap(({ value }) => form(value) ?? [])),
  ]
  return { phones: read('phone', phoneOf), emails: read('email', emailOf) }
}

/** British unless it says otherwise: `01632 960001` is `+441632960001`. */
function phoneOf(text: string): string | undefined {
  const plain = text
    .slice(0, 40)
    .normalize('NFKC')
    .replace(/\(0\)/g, '')
    .replace(/[\s().-]/g, '')
  const full = plain.replace(/^00/, '+').replace(/^0/, '+44')
  const international = full.startsWith('+') ? full : `+${full}`
  const form = international.replace(/^\+440/, '+44')
  return /^\+[1-9]\d{7,14}$/.test(form) ? form : undefined
}

function emailOf(text: string): string | undefined {
  const plain = text.slice(0, 254).normalize('NFKC').trim().toLowerCase()
  return /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(plain) ? plain : undefined
}
