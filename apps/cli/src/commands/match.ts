import { explainMatch, matchUsage } from './match-explain.js'

/**
 * What may be asked of the matcher without a hub.
 *
 * @returns 0 when it could answer, whatever the answer is; 2 for wrong use or files that cannot be read
 */
export async function match([what, ...args]: readonly string[]): Promise<number> {
  if (what === 'explain') return explainMatch(args)
  if (what === '--help' || what === 'help') {
    console.log(matchUsage)
    return 0
  }
  console.error(matchUsage)
  return 2
}
