import type { DataKey } from './seal.js'

const keyBytes = 32
const pageKeys = 512

/** How long keys are held at most, and how many. */
export interface KeyMemoryLimits {
  readonly mostMs: number
  readonly most: number
}

/** Keys that came within one half of the time they are held, and are wiped together. */
class Generation {
  private readonly places = new Map<string, number>()
  private readonly ids: string[] = []
  private readonly pages: Buffer[] = []

  get size(): number {
    return this.ids.length
  }

  get(name: string): DataKey | undefined {
    const place = this.places.get(name)
    return place === undefined ? undefined : { id: this.ids[place] ?? '', bytes: Buffer.from(this.at(place)) }
  }

  set(name: string, { id, bytes }: DataKey): void {
    if (bytes.length !== keyBytes) throw new Error(`a data key has ${String(keyBytes)} bytes`)
    const place = this.places.get(name) ?? this.ids.length
    this.places.set(name, place)
    this.ids[place] = id
    this.at(place).set(bytes)
  }

  wipe(): void {
    for (const page of this.pages) page.fill(0)
  }

  private at(place: number): Buffer {
    const page = (this.pages[Math.floor(place / pageKeys)] ??= Buffer.allocUnsafeSlow(pageKeys * keyBytes))
    const from = (place % pageKeys) * keyBytes
    return page.subarray(from, from + keyBytes)
  }
}

/**
 * Plain data keys by name, for a time: each is held for half of it at least, and for all of it at most, by the clock and not
 * only when somebody asks again. Their bytes lie side by side in pages of their own, which are overwritten when the time is up:
 * a key that lay where it was unwrapped would keep a whole pool of the runtime in memory, 8 KiB for 32 bytes.
 */
export class KeyMemory {
  private younger = new Generation()
  private older = new Generation()
  private turning: NodeJS.Timeout | undefined

  constructor(private readonly limits: KeyMemoryLimits) {}

  /** A copy, which stays what it is when this memory is wiped. */
  get(name: string): DataKey | undefined {
    return this.younger.get(name) ?? this.older.get(name)
  }

  set(name: string, key: DataKey): void {
    if (this.younger.size >= this.limits.most / 2) this.turn()
    this.younger.set(name, key)
    this.turning ??= this.nextTurn()
  }

  clear(): void {
    this.turn()
    this.turn()
  }

  private turn(): void {
    clearTimeout(this.turning)
    this.older.wipe()
    this.older = this.younger
    this.younger = new Generation()
    this.turning = this.older.size > 0 ? this.nextTurn() : undefined
  }

  private nextTurn(): NodeJS.Timeout {
    const turn = (): void => {
      this.turn()
    }
    return setTimeout(turn, this.limits.mostMs / 2).unref()
  }
}
