import { parseArgs } from 'node:util'
import { BenchHub } from '../bench/bench-hub.js'
import { measureAlike } from '../bench/measure-alike.js'
import { sizeOf } from '../bench/size-of.js'
import { WrongUse } from '../wrong-use.js'

/** What `--help` prints. */
export const usage = `Usage: waymark bench alike [options]

Asks a hub of its own, as an agency that may not know, for children that are hidden and for children that nobody knows, and
tells how well time and size of the answers tell the two apart: .5 is not at all, above .52 is a leak. The row \`planted\`
shows that an early return would be seen. Wants a quiet machine; no test of the project rests on it.

  --pairs N    hidden children, and as many unknown ones; more than 200; else 20k
  --seed N     of the invented children and of the order; else 1
  --json       prints the measure as JSON`

const most = 0.52
/** So many answers are for warming up. */
const fewestPairs = 200

/**
 * Measures whether protected children can be told from unknown ones by the clock.
 *
 * @returns 0 where no feature tells them apart and a planted early return is seen; 1 otherwise
 * @throws WrongUse
 */
export async function benchAlike(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      pairs: { type: 'string', default: '20k' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  })
  const [pairs, seed] = [sizeOf(values.pairs), Number(values.seed)]
  if (!(pairs > fewestPairs)) throw new WrongUse(`--pairs takes a number over ${String(fewestPairs)}: 1000 or 20k`)
  if (!Number.isSafeInteger(seed)) throw new WrongUse('--seed takes a whole number')
  const hub = await BenchHub.prepare()
  const say = (line: string): void => {
    console.error(`· ${line}`)
  }
  try {
    say(`a hub starts in ${hub.folder}`)
    await hub.start()
    const found = await measureAlike(hub, { pairs, seed, say })
    if (values.json) console.log(JSON.stringify({ pairs, seed, found }))
    else
      for (const { door, feature, auc } of found) console.log(`${door.padEnd(9)}${feature.padEnd(9)}${auc.toFixed(4)}`)
    return found.every(({ feature, auc }) => (feature === 'planted' ? auc > most : auc <= most)) ? 0 : 1
  } finally {
    await hub.stop()
    await hub.remove()
  }
}
