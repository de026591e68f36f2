/** Where a row comes from: the event, its place in the child's order, and who posted it. */
export interface Provenance {
  readonly childId: string
  readonly eventId: string
  readonly seq: number
  readonly postedBy: string
}
