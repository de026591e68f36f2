import type { NameForm } from '../name-form.js'
import type { Token } from '../token.js'
import { hintAt } from './row-hint.js'
import type { Rows } from './rows.js'
import { TokenPostings } from './token-postings.js'

/** Rows by the tokens of their names, given ones and those of surnames apart. */
export class NamePostings {
  readonly given = new TokenPostings()
  readonly family = new TokenPostings()

  constructor(private readonly rows: Rows) {}

  /** Lists and counts the names of a row, or does so no more. */
  count([main, ...others]: readonly NameForm[], row: number, by: 1 | -1): void {
    if (main) this.countMain(main, row, by)
    for (const other of others) this.countOther(other, by)
  }

  private countMain({ first, family: { distinct } }: NameForm, row: number, by: 1 | -1): void {
    if (first) this.link('given', first, row, by)
    if (distinct[0]) this.link('family', distinct[0], row, by)
    for (let at = 1; at < distinct.length; at += 1) this.family.count(distinct[at], by)
  }

  private countOther({ first, family }: NameForm, by: 1 | -1): void {
    this.given.count(first, by)
    for (const token of family.distinct) this.family.count(token, by)
  }

  /** What a row says is asked only where the row is listed. */
  private link(part: 'given' | 'family', token: Token, row: number, by: 1 | -1): void {
    const postings = this[part]
    if (by < 0) postings.remove(token, row)
    else if (postings.addTo(token)) postings.list(token, row, hintAt(this.rows, row, part))
  }
}
