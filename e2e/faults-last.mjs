/** The specs share one hub: whatever looks at all of it comes late, and whatever kills parts of it comes last. */
const late = [
  'bad-input-halts-nobody',
  'nobody-is-named',
  'the-demonstration-outlives-its-programs',
  'nothing-lost-nothing-twice',
]

/** Jest's test sequencer for these specs: the same order every time. */
export default class FaultsLast {
  sort(tests) {
    const rank = ({ path }) => late.findIndex((name) => path.includes(name))
    return [...tests].sort((a, b) => rank(a) - rank(b) || a.path.localeCompare(b.path))
  }

  shard(tests) {
    return tests
  }

  allFailedTests(tests) {
    return tests
  }

  cacheResults() {
    // the order does not depend on earlier runs
  }
}
