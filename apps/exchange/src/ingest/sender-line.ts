/** What a sender counts: its events of one type about one child. */
export interface SenderLine {
  readonly child: string
  readonly source: string
  readonly type: string
}

/** An event's place in a line about its child. */
export interface LinePlace {
  readonly type: string
  readonly number: bigint
  readonly isImmediate?: boolean
}

/** An event with its sender's number. */
export interface Numbered {
  readonly eventId: string
  readonly number: bigint
  /** A person has minutes for it: it waits for nobody, and the line goes on to it. */
  readonly isImmediate?: boolean
}

/** An event that came before an earlier number of its line. */
export interface EarlyEvent extends Numbered {
  /** It has waited as long as one may. */
  readonly isDue: boolean
}

/** Numbers that never came, both ends included, and the event that goes on without them. */
export interface SequenceGap {
  readonly from: bigint
  readonly to: bigint
  readonly eventId: string
}

/** What becomes of a line. */
export interface Moved {
  /** The last number that has gone on. */
  readonly passed: bigint
  /** Those who arrived and go on where they stand among the others that arrived. */
  readonly straight: ReadonlySet<string>
  /** Who waited goes on after them, in this order. Everybody else waits. */
  readonly released: readonly string[]
  readonly gaps: readonly SequenceGap[]
}

/** So many of a line wait, and no more. */
export const mostEarly = 1_000

/**
 * Moves a line on as far as its numbers follow each other.
 *
 * The lowest number of those who come first is where a line begins. A number that the line has passed goes on at once: it is
 * late, and nobody waits for it. Where one has waited too long, or may not wait, or too many do, the line goes on to the lowest that
 * waits.
 *
 * @param line - the last number passed, if any, and who waits
 * @param arriving - in the order of their arrival
 */
export function moveLine(
  line: { readonly passed: bigint | undefined; readonly early: readonly EarlyEvent[] },
  arriving: readonly Numbered[],
): Moved {
  const moving = new MovingLine(line.passed ?? lowest([...line.early, ...arriving]) - 1n, line.early)
  for (const one of arriving) moving.take(one)
  moving.passGaps()
  return moving
}

function lowest(events: readonly Numbered[]): bigint {
  return events.reduce((least, { number }) => (number < least ? number : least), events[0]?.number ?? 1n)
}

class MovingLine implements Moved {
  readonly straight = new Set<string>()
  readonly released: string[] = []
  readonly gaps: SequenceGap[] = []
  /** By number, and then by arrival: ids are made in that order. */
  private readonly early: EarlyEvent[]

  constructor(
    public passed: bigint,
    early: readonly EarlyEvent[],
  ) {
    this.early = [...early].sort(inOrder)
    this.release()
  }

  /** Once somebody who waited goes on, whoever follows in the line goes on behind. */
  take({ eventId, number, isImmediate = false }: Numbered): void {
    const isNext = number === this.passed + 1n && this.released.length === 0
    if (isNext || number <= this.passed) {
      this.straight.add(eventId)
      this.pass(number)
    } else {
      this.early.push({ eventId, number, isDue: isImmediate })
      this.early.sort(inOrder)
    }
    this.release()
  }

  passGaps(): void {
    for (let [first] = this.early; first && this.mayWaitNoLonger(); [first] = this.early) {
      this.gaps.push({ from: this.passed + 1n, to: first.number - 1n, eventId: first.eventId })
      this.passed = first.number - 1n
      this.release()
    }
  }

  private mayWaitNoLonger(): boolean {
    return this.early.length >= mostEarly || this.early.some(({ isDue }) => isDue)
  }

  private release(): void {
    for (let [first] = this.early; first && first.number <= this.passed + 1n; [first] = this.early) {
      this.early.shift()
      this.released.push(first.eventId)
      this.pass(first.number)
    }
  }

  private pass(number: bigint): void {
    if (number > this.passed) this.passed = number
  }
}

function inOrder(one: Numbered, other: Numbered): number {
  if (one.number !== other.number) return one.number < other.number ? -1 : 1
  return one.eventId < other.eventId ? -1 : 1
}
