/** Signs that turn text around, or set it apart: what holds one may look like something else. No script needs them. */
const turning = /[\u202A-\u202E\u2066-\u2069]/g

/** A text as it is shown to a person: it reads in the order of its letters. What was sent is kept as it was. */
export function shownText(text: string): string {
  return text.replace(turning, '')
}

/** Names as they are shown to a person. */
export function shownNames<N extends { readonly use?: string; readonly given?: string; readonly family?: string }>(
  names: readonly N[],
): N[] {
  return names.map((name) => ({
    ...name,
    ...(name.use !== undefined && { use: shownText(name.use) }),
    ...(name.given !== undefined && { given: shownText(name.given) }),
    ...(name.family !== undefined && { family: shownText(name.family) }),
  }))
}
