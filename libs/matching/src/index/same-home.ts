import type { Comparable } from '../comparable.js'
import type { NameForm } from '../name-form.js'
import { RowComparable } from './row-comparable.js'
import type { Rows } from './rows.js'

/** Who lives at the place of a record and may be its child: a date of birth or the sound of a name must be shared too. */
export class SameHome {
  private known: Comparable | undefined
  /** Numbers of the sounds of the record's given names and surnames, by turns; 0 is none. */
  private readonly sounds: number[] = []
  private readonly scratch = new RowComparable()

  constructor(private readonly rows: Rows) {}

  /** Takes the record whose home rows are asked for. */
  seek(known: Comparable): void {
    const { vocabulary } = this.rows
    this.known = known
    this.sounds.length = 0
    for (const { first, surname } of known.names)
      this.sounds.push(first ? vocabulary.soundOf(first) : 0, surname ? vocabulary.soundOf(surname) : 0)
  }

  /** Keeps of the rows of a list, from one place on, those that may be the record's child. */
  keep(rows: number[], from: number): void {
    let end = from
    for (let at = from; at < rows.length; at += 1) {
      const row = rows[at] ?? 0
      if (!this.has(row)) continue
      rows[end] = row
      end += 1
    }
    rows.length = end
  }

  /** Most rows say enough by their words. */
  private has(row: number): boolean {
    const { rows, known } = this
    if (!known) return false
    if (isBornOn(rows.bornAt(row), known) || this.soundsAs(row)) return true
    return rows.hasRest(row) && this.hasByAll(row, known)
  }

  private soundsAs(row: number): boolean {
    const { rows, sounds } = this
    const first = rows.vocabulary.soundOfId(rows.givenIdAt(row))
    const surname = rows.vocabulary.soundOfId(rows.surnameIdAt(row))
    for (let at = 0; at < sounds.length; at += 2) {
      if (first > 0 && sounds[at] === first) return true
      if (surname > 0 && sounds[at + 1] === surname) return true
    }
    return false
  }

  private hasByAll(row: number, known: Comparable): boolean {
    const { rows, scratch } = this
    if (rows.isOtherwiseNamed(row)) rows.read(row, scratch)
    else rows.readWords(row, scratch)
    if (isBornOn(scratch.born, known)) return true
    return known.names.some((one) => scratch.names.some((two) => doSoundAlike(one, two)))
  }
}

/** Whether a record says, or said, that its child was born on a day. */
function isBornOn(born: number, known: Comparable): boolean {
  return born !== 0 && (born === known.born || known.earlierBorn.includes(born))
}

function doSoundAlike(one: NameForm, two: NameForm): boolean {
  if (one.first !== undefined && one.first.sound === two.first?.sound) return true
  return one.surname !== undefined && one.surname.sound === two.surname?.sound
}
