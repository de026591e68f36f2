import { yearOf } from '../calendar-day.js'
import type { Rows } from './rows.js'
import {
  birthGiven,
  birthSurname,
  fullName,
  motherKey,
  numberKey,
  refinedKey,
  residence,
  slot,
  starts,
  strongSlots,
} from './strong-keys.js'

/** The strong keys of rows, made of their words alone: of a row of a list only the words that its key needs are read. */
export class RowKeys {
  private readonly keys = new Uint32Array(strongSlots)

  constructor(private readonly rows: Rows) {}

  /** The key of what a row's words hold in a place, 0 where a part is missing. */
  at(row: number, place: number): number {
    const { rows } = this
    switch (place) {
      case slot.nhs:
        return numberKey(slot.nhs, rows.nhsAt(row))
      case slot.upn:
        return numberKey(slot.upn, rows.upnAt(row))
      case slot.residence:
        return residence(rows.postcodeAt(row), rows.placeAt(row))
      case slot.mother:
        return this.motherAt(row)
      default:
        return this.namedAt(row, place)
    }
  }

  /** The keys of a row, each in its place; overwritten by the next call. Each word is read once for all of them. */
  all(row: number): Uint32Array {
    const { keys, rows } = this
    const { vocabulary } = rows
    const [born, given, surname] = [rows.bornAt(row), rows.givenIdAt(row), rows.surnameIdAt(row)]
    const postcode = rows.postcodeAt(row)
    const ofSurname = born === 0 ? 0 : vocabulary.soundOfId(surname)
    const ofGiven = born === 0 ? 0 : vocabulary.soundOfId(given)
    keys[slot.nhs] = numberKey(slot.nhs, rows.nhsAt(row))
    keys[slot.upn] = numberKey(slot.upn, rows.upnAt(row))
    keys[slot.birthSurname] = birthSurname(born, ofSurname)
    keys[slot.birthGiven] = birthGiven(born, ofGiven, postcode)
    keys[slot.fullName] = fullName(born, given, surname)
    keys[slot.residence] = residence(postcode, rows.placeAt(row))
    keys[slot.mother] = this.motherAt(row)
    keys[slot.starts] = starts(born, vocabulary.codes.startOf(given), vocabulary.codes.startOf(surname))
    return keys
  }

  /** Under what a row of a crowded list is linked. */
  refined(row: number, key: number): number {
    const { rows } = this
    return refinedKey(key, rows.sexAt(row), yearOf(rows.bornAt(row)), rows.outcodeAt(row))
  }

  private namedAt(row: number, place: number): number {
    const { rows } = this
    const { vocabulary } = rows
    const born = rows.bornAt(row)
    if (born === 0) return 0
    switch (place) {
      case slot.birthSurname:
        return birthSurname(born, vocabulary.soundOfId(rows.surnameIdAt(row)))
      case slot.birthGiven:
        return birthGiven(born, vocabulary.soundOfId(rows.givenIdAt(row)), rows.postcodeAt(row))
      case slot.fullName:
        return fullName(born, rows.givenIdAt(row), rows.surnameIdAt(row))
      default:
        return this.startsAt(row, born)
    }
  }

  private startsAt(row: number, born: number): number {
    const { rows } = this
    const { codes } = rows.vocabulary
    return starts(born, codes.startOf(rows.givenIdAt(row)), codes.startOf(rows.surnameIdAt(row)))
  }

  private motherAt(row: number): number {
    const { rows } = this
    const { vocabulary } = rows
    const one = vocabulary.soundOfId(rows.motherFirstIdAt(row))
    const two = vocabulary.soundOfId(rows.motherSurnameIdAt(row))
    return motherKey(one, two, vocabulary.soundOfId(rows.givenIdAt(row)), rows.bornAt(row))
  }
}
