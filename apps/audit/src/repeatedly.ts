/** Does work again and again, never beside itself: a turn that comes while the last one lasts is left out. @returns how to stop */
export function repeatedly(everyMs: number, work: () => Promise<void>, failed: (error: unknown) => void): () => void {
  let isBusy = false
  const timer = setInterval(() => {
    if (isBusy) return
    isBusy = true
    work()
      .catch(failed)
      .finally(() => {
        isBusy = false
      })
  }, everyMs)
  return () => {
    clearInterval(timer)
  }
}
