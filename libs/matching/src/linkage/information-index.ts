import type { Features } from './features.js'
import { postingsFor, type Postings } from './postings.js'

/** How many records one record retrieves at most. */
export const mostFound = 20
/** Sharing less than this many bits short of naming one record among all is not looked at. */
const slackMilliBits = 3000
/** Looking up what one record has takes about as long as so many steps along lists of records. */
const stepsOfLookUp = 40
/** What a 32-bit word holds. */
const mostBase = 2 ** 31 - 1
/** Units of a record beyond this many are not asked for: a bit of a 32-bit word each. */
const mostUnits = 31

/**
 * Finds the records that share most information with a record: the sum of log2(N / frequency) of what both have,
 * the best shared feature of each unit counting once. Records are found only once they were added.
 */
export class InformationIndex {
  private readonly start: Int32Array
  private readonly length: Int32Array
  private readonly postings: Int32Array
  /** Record → {@link base} plus its slot among those met by the record that asks; less than the base: not met. */
  private readonly slotOf: Int32Array
  /** Rises with each record that asks, so that nothing has to be cleared. */
  private base = 1
  /** By slot, of those met: the record, the sum of what it shares, and the units of which it shares something. */
  private readonly touched: Int32Array
  private readonly shared: Int32Array
  private readonly seen: Int32Array
  /** Of the record that asks: the unit of each feature it asks for (1 to 31), by its place among the record's units. */
  private readonly askedBy: Uint8Array
  private readonly least: number
  /** Features asked for, most telling first: milli-bits * 2^37 + unit * 2^32 + feature. */
  private plan = new Float64Array(256)
  private planned = 0
  /** Of the units of the record that asks: the most that a feature not yet walked could add. */
  private readonly left = new Int32Array(mostUnits + 1)
  /** For each place of the plan: the most that it and all less telling features could add up to. */
  private bounds = new Int32Array(256)
  /** The greatest sums of those met so far, in falling order. */
  private readonly greatest = new Int32Array(mostFound)
  /** The best found: their slots while they are sought, at the end the records. */
  private readonly found: number[] = []

  constructor(
    private readonly features: Features,
    /** Records of one source never find each other; -1: unknown. */
    private readonly source: Int32Array | undefined,
    posted: Postings = postingsFor(features),
  ) {
    const { frequency, records } = features
    this.start = posted.start
    this.length = posted.length
    this.postings = posted.records
    this.slotOf = new Int32Array(records)
    this.touched = new Int32Array(records)
    this.shared = new Int32Array(records)
    this.seen = new Int32Array(records)
    this.askedBy = new Uint8Array(frequency.length)
    this.least = Math.round(1000 * Math.log2(Math.max(records, 1))) - slackMilliBits
  }

  add(record: number): void {
    const { units, own } = this.features
    for (let at = units.from[record] as number; at < (units.from[record + 1] as number); at += 1) {
      const unit = units.list[at] as number
      for (let which = own.from[unit] as number; which < (own.from[unit + 1] as number); which += 1) {
        const feature = own.list[which] as number
        const length = this.length[feature] as number
        this.postings[(this.start[feature] as number) + length] = record
        this.length[feature] = length + 1
      }
    }
  }

  /** The records added that share most with a record, most first; the array is reused by the next call. */
  find(record: number): readonly number[] {
    const { shared, found } = this
    this.prepare(record)
    const touched = this.walk(record)
    found.length = 0
    for (let slot = 0; slot < touched; slot += 1) {
      if ((shared[slot] as number) >= this.least) this.keepBest(slot)
    }
    for (let at = 0; at < found.length; at += 1) found[at] = this.touched[found[at] as number] as number
    this.forget(touched)
    return found
  }

  /** Puts what was met in its place among the best found, of which there are never more than twenty. */
  private keepBest(slot: number): void {
    const { found } = this
    if (found.length === mostFound) {
      if (!this.isBefore(slot, found[mostFound - 1] as number)) return
      found.length = mostFound - 1
    }
    let at = found.length
    for (; at > 0 && this.isBefore(slot, found[at - 1] as number); at -= 1) found[at] = found[at - 1] as number
    found[at] = slot
  }

  /** Whether the record at one slot shares more than that at another; of equal ones the lesser record. */
  private isBefore(one: number, two: number): boolean {
    const more = (this.shared[one] as number) - (this.shared[two] as number)
    return more > 0 || (more === 0 && (this.touched[one] as number) < (this.touched[two] as number))
  }

  /** Lists what the record asks for. */
  private prepare(record: number): void {
    const { units, asked } = this.features
    const first = units.from[record] as number
    const last = Math.min(units.from[record + 1] as number, first + mostUnits)
    this.planned = 0
    for (let at = first; at < last; at += 1) {
      const unit = units.list[at] as number
      const place = at - first + 1
      const end = asked.from[unit + 1] as number
      for (let which = asked.from[unit] as number; which < end; which += 1) {
        this.ask(asked.list[which] as number, place)
      }
    }
    this.plan.subarray(0, this.planned).sort()
  }

  private ask(feature: number, place: number): void {
    if (this.askedBy[feature] !== 0 || this.length[feature] === 0) return
    this.askedBy[feature] = place
    if (this.planned === this.plan.length) {
      const grown = new Float64Array(this.planned * 2)
      grown.set(this.plan)
      this.plan = grown
    }
    this.plan[this.planned] = ((this.features.bits[feature] as number) * 32 + place) * 4294967296 + feature
    this.planned += 1
  }

  /**
   * Walks postings, rarest first, until what is left could not make a record retrievable that shares none of the
   * rarer features: because it is too little, or because enough records are ahead already. What is left is then
   * looked up only for records already met that it could still bring among the best, which saves the longest lists.
   */
  private walk(record: number): number {
    this.setBounds()
    const { bounds } = this
    let touched = 0
    let at = this.planned - 1
    for (; at >= 0 && (bounds[at] as number) >= this.least; at -= 1) {
      if (this.isLong(at, touched) && (bounds[at] as number) < this.floorOf(touched)) break
      touched = this.walkOne(at, record, touched)
    }
    if (at < 0) return touched
    this.addRest(at, touched)
    return touched
  }

  /** Adds what the features from one place of the plan down tell of records met, where that could matter. */
  private addRest(from: number, touched: number): void {
    const needed = Math.max(this.least, this.floorOf(touched)) - (this.bounds[from] as number)
    let asking = 0
    for (let slot = 0; slot < touched; slot += 1) if ((this.shared[slot] as number) >= needed) asking += 1
    if (asking * stepsOfLookUp >= this.postingsFrom(from)) {
      for (let at = from; at >= 0; at -= 1) this.walkKnown(at)
    } else this.completeThose(needed, from, touched)
  }

  /** How many records are posted under the features from one place of the plan down. */
  private postingsFrom(from: number): number {
    let postings = 0
    for (let at = from; at >= 0; at -= 1) postings += this.length[this.plannedFeature(at)] as number
    return postings
  }

  private completeThose(needed: number, from: number, touched: number): void {
    for (let which = this.planned - 1; which > from; which -= 1) this.askedBy[this.plannedFeature(which)] = 0
    for (let slot = 0; slot < touched; slot += 1) {
      if ((this.shared[slot] as number) >= needed) this.complete(slot)
    }
  }

  /** Whether walking a list costs more than finding out whether it has to be walked. */
  private isLong(at: number, touched: number): boolean {
    if (touched < mostFound) return false
    const length = this.length[this.plannedFeature(at)] as number
    return length > 64 && length * 2 > touched
  }

  /** The sum that the last of the best found has at least: any record below it is none of them. */
  private floorOf(touched: number): number {
    if (touched < mostFound) return 0
    const { greatest, shared } = this
    greatest.fill(0)
    for (let slot = 0; slot < touched; slot += 1) {
      const sum = shared[slot] as number
      let at = mostFound - 1
      if (sum <= (greatest[at] as number)) continue
      for (; at > 0 && sum > (greatest[at - 1] as number); at -= 1) greatest[at] = greatest[at - 1] as number
      greatest[at] = sum
    }
    return greatest[mostFound - 1] as number
  }

  private setBounds(): void {
    this.left.fill(0)
    if (this.bounds.length < this.planned) this.bounds = new Int32Array(this.plan.length)
    let sum = 0
    for (let at = 0; at < this.planned; at += 1) {
      const key = Math.floor((this.plan[at] as number) / 4294967296)
      const place = key % 32
      const bits = (key - place) / 32
      sum += bits - (this.left[place] as number)
      this.left[place] = bits
      this.bounds[at] = sum
    }
  }

  private walkOne(at: number, record: number, met: number): number {
    const { shared, seen, postings, slotOf, base } = this
    const feature = this.plannedFeature(at)
    const bit = 1 << (this.askedBy[feature] as number)
    const bits = this.features.bits[feature] as number
    const end = (this.start[feature] as number) + (this.length[feature] as number)
    let touched = met
    for (let which = this.start[feature] as number; which < end; which += 1) {
      const other = postings[which] as number
      const slot = (slotOf[other] as number) - base
      if (slot < 0) {
        if (this.isExcluded(record, other)) continue
        this.touched[touched] = other
        seen[touched] = bit
        shared[touched] = bits
        slotOf[other] = base + touched
        touched += 1
        continue
      }
      const before = seen[slot] as number
      if ((before & bit) !== 0) continue
      seen[slot] = before | bit
      shared[slot] = (shared[slot] as number) + bits
    }
    return touched
  }

  /** Walks a list for records already met only. */
  private walkKnown(at: number): void {
    const { shared, seen, postings, slotOf, base } = this
    const feature = this.plannedFeature(at)
    const bit = 1 << (this.askedBy[feature] as number)
    const bits = this.features.bits[feature] as number
    const end = (this.start[feature] as number) + (this.length[feature] as number)
    for (let which = this.start[feature] as number; which < end; which += 1) {
      const slot = (slotOf[postings[which] as number] as number) - base
      if (slot < 0) continue
      const before = seen[slot] as number
      if ((before & bit) !== 0) continue
      seen[slot] = before | bit
      shared[slot] = (shared[slot] as number) + bits
    }
  }

  private isExcluded(record: number, other: number): boolean {
    if (record === other) return true
    const own = this.source?.[record] ?? -1
    return own >= 0 && this.source?.[other] === own
  }

  /** Adds what a record shares of the features that were not walked. */
  private complete(slot: number): void {
    const { left, askedBy } = this
    const { bits, units, own } = this.features
    left.fill(0)
    const other = this.touched[slot] as number
    const seen = this.seen[slot] as number
    let sum = this.shared[slot] as number
    const end = own.from
    for (let at = units.from[other] as number; at < (units.from[other + 1] as number); at += 1) {
      const unit = units.list[at] as number
      for (let which = own.from[unit] as number; which < (end[unit + 1] as number); which += 1) {
        const feature = own.list[which] as number
        const place = askedBy[feature] as number
        if (place === 0 || (seen & (1 << place)) !== 0) continue
        const more = (bits[feature] as number) - (left[place] as number)
        if (more <= 0) continue
        left[place] = bits[feature] as number
        sum += more
      }
    }
    this.shared[slot] = sum
  }

  private plannedFeature(at: number): number {
    return (this.plan[at] as number) % 4294967296
  }

  private forget(touched: number): void {
    for (let at = 0; at < this.planned; at += 1) this.askedBy[this.plannedFeature(at)] = 0
    this.base += touched
    if (this.base < mostBase - this.slotOf.length) return
    this.slotOf.fill(0)
    this.base = 1
  }

  /** Visits the records posted under a feature. */
  posted(feature: number): Int32Array {
    const start = this.start[feature] as number
    return this.postings.subarray(start, start + (this.length[feature] as number))
  }
}
