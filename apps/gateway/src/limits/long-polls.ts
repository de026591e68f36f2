const most = 2

/** How many of a client's feed requests may wait at once: two, so that none of them can hold every connection. */
export class LongPolls {
  private readonly waiting = new Map<string, number>()

  /** Takes a place; gives back what frees it, or nothing where the client has two already. */
  enter(clientId: string): (() => void) | undefined {
    const count = this.waiting.get(clientId) ?? 0
    if (count >= most) return undefined
    this.waiting.set(clientId, count + 1)
    let hasLeft = false
    return () => {
      if (hasLeft) return
      hasLeft = true
      const left = (this.waiting.get(clientId) ?? 1) - 1
      if (left === 0) this.waiting.delete(clientId)
      else this.waiting.set(clientId, left)
    }
  }
}
