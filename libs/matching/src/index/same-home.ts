import type { Comparable } from '../comparable.js'
import type { NameForm } from '../name-form.js'
import type { Token } from '../token.js'

/** Whether a record says, or said, that its child was born on a day. */
export function isBornOn(born: number, known: Comparable): boolean {
  return born !== 0 && (born === known.born || known.earlierBorn.includes(born))
}

/** Whether a name sounds as another in its given or in its family part. */
export function soundsAs(name: NameForm, first: Token | undefined, surname: Token | undefined): boolean {
  if (name.first !== undefined && name.first.sound === first?.sound) return true
  return name.surname !== undefined && name.surname.sound === surname?.sound
}
