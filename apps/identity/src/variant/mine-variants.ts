import type { MinedVariant } from '#libs/matching'
import type { Database } from '#libs/postgres'
import type { KeyRing } from '#libs/security'
import { inThread } from '#libs/threads'
import { mineFrom } from './mine-from.js'
import type { NameVariantRepository } from './name-variant.repository.js'
import { ToldChildrenRepository } from './told-children.repository.js'

/** What mining stands on. */
export interface MineParts {
  readonly database: Database
  readonly keyRing: KeyRing
  readonly variants: NameVariantRepository
  readonly url: string
  readonly keyFile: string
}

/** Names and counts are kept, no child: beyond this the thread ends, not the program. */
const mostMiB = 1024
/** A little less than a day, so that it comes round every day however late it is looked for. */
const restedHours = 20

/** Proposes to stewards what is found among the names of all children: once a day, or when one asks; on one replica at a time. */
export class MineVariants {
  private mining: Promise<number> | undefined
  private failed: (error: unknown) => void = () => undefined

  constructor(private readonly parts: MineParts) {}

  /** @param told - is called when nothing came of it; it may be begun again */
  whenFailed(told: (error: unknown) => void): void {
    this.failed = told
  }

  /** @returns whether it began: not where one is under way, here or elsewhere, or ended less than so many hours ago */
  async begin(rested = restedHours): Promise<boolean> {
    if (this.mining || !(await this.parts.variants.beginMining(rested))) return false
    this.mining = this.mine().finally(() => {
      this.mining = undefined
    })
    this.mining.catch((error: unknown) => {
      this.failed(error)
    })
    return true
  }

  /** How many pairs wait that did not, once what is under way has ended. */
  async finished(): Promise<number | undefined> {
    return this.mining
  }

  private async mine(): Promise<number> {
    const { variants } = this.parts
    let hasMined = false
    try {
      const count = await variants.keepMined(await this.found())
      hasMined = true
      return count
    } finally {
      await variants.endMining(hasMined)
    }
  }

  /** Where the program runs from its sources, as in tests, there is nothing a thread could load: it looks here. */
  private async found(): Promise<readonly MinedVariant[]> {
    const { database, keyRing, url, keyFile } = this.parts
    if (import.meta.url.endsWith('.ts')) return mineFrom(new ToldChildrenRepository(database, keyRing))
    return inThread(new URL('./mine.worker.js', import.meta.url), { url, keyFile }, { maxOldGenerationSizeMb: mostMiB })
  }
}
