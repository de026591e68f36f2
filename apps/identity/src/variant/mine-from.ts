import { VariantMiner, type MinedVariant } from '#libs/matching'
import type { ToldChildrenRepository } from './told-children.repository.js'

/** Finds names that are forms of one in what the records of all children say. */
export async function mineFrom(children: Pick<ToldChildrenRepository, 'all'>): Promise<readonly MinedVariant[]> {
  const miner = new VariantMiner()
  for await (const child of children.all()) miner.add(child)
  return miner.found()
}
