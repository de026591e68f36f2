type Command = (args: readonly string[]) => Promise<number>

/** Measures with a command and options of their own; each loads what it needs and no more, for its start is part of its time. */
const topics: Readonly<
  Record<string, { readonly load: () => Promise<Command>; readonly usage: () => Promise<string> }>
> = {
  linkage: {
    load: async () => (await import('./bench-linkage.js')).benchLinkage,
    usage: async () => (await import('../linkage/linkage-options.js')).linkageUsage,
  },
  resolve: {
    load: async () => (await import('./bench-resolve.js')).benchResolve,
    usage: async () => (await import('./bench-resolve.js')).usage,
  },
  learn: {
    load: async () => (await import('./bench-learn.js')).benchLearn,
    usage: async () => (await import('./bench-learn.js')).usage,
  },
  alike: {
    load: async () => (await import('./bench-alike.js')).benchAlike,
    usage: async () => (await import('./bench-alike.js')).usage,
  },
}

/** Runs the measure that is named, or those of a whole hub. */
export async function benchTopic(args: readonly string[]): Promise<number> {
  const [topic = '', ...others] = args
  if (Object.hasOwn(topics, topic)) return (await (topics[topic] as (typeof topics)[string]).load())(others)
  return (await import('./bench.js')).bench(args)
}

/** What `--help` prints for it. */
export async function usageOf(topic = ''): Promise<string> {
  return Object.hasOwn(topics, topic)
    ? (topics[topic] as (typeof topics)[string]).usage()
    : (await import('../bench/options.js')).usage
}
