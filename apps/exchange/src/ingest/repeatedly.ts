/**
 * Does some work over and over, each time `pauseMs` after the last has ended. The work handles its own failures.
 *
 * @returns ends it, and resolves when the work under way is done
 */
export function repeatedly(work: () => Promise<void>, pauseMs: number): () => Promise<void> {
  let isStopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  const again = (): void => {
    running = work().then(() => {
      if (!isStopped) timer = setTimeout(again, pauseMs)
    })
  }
  again()
  return () => {
    isStopped = true
    clearTimeout(timer)
    return running
  }
}
