/** What to undo, last first; each is tried though another failed. */
export class Teardown {
  private readonly undos: { readonly name: string; readonly undo: () => Promise<unknown> }[] = []

  add(name: string, undo: () => Promise<unknown>): void {
    this.undos.push({ name, undo })
  }

  /** @returns what could not be undone, by name */
  async run(): Promise<readonly string[]> {
    const failed: string[] = []
    for (let next = this.undos.pop(); next; next = this.undos.pop()) {
      const { name, undo } = next
      await undo().catch((error: unknown) =>
        failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`),
      )
    }
    return failed
  }
}
