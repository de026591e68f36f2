import { keyIn, pageOf, type Connection, type PageArgs } from '#libs/service'

const id = /^[0-9a-f-]{36}$/

/** A page of a short list that is read whole: in the order of ids, which is the order of time. */
export function pageOfAll<N extends { readonly id: string }>(
  rows: readonly N[],
  { first, after }: PageArgs,
): Connection<N> {
  const from = after === undefined ? '' : keyIn(after, id)
  const ordered = [...rows].sort((a, b) => (a.id < b.id ? -1 : 1)).filter((row) => row.id > from)
  return pageOf(ordered.slice(0, first + 1), first, (row) => row.id)
}
