/** Measures the linkage of a file, which needs nothing of what measuring a hub loads: its start is part of its time. */
export async function benchTopic(args: readonly string[]): Promise<number> {
  const [topic, ...others] = args
  if (topic === 'linkage') return (await import('./bench-linkage.js')).benchLinkage(others)
  return (await import('./bench.js')).bench(args)
}
