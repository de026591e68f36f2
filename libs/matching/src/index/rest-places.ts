const rowBits = 12
const pageRows = 1 << rowBits
const within = pageRows - 1
const fewest = 8
/** From so many on, a place for every row of a page takes no more than rows and places by turns. */
const mostListed = (pageRows * 2) / 3

/** A page of rows: those that have a place, in their order, and their places; or, without them, a place for every row. */
interface Page {
  rows: Uint16Array | undefined
  places: Uint32Array
  count: number
}

/** Where the texts of rows begin. Of a page of which few rows have a text only those are listed. */
export class RestPlaces {
  private readonly pages: (Page | undefined)[] = []

  /** 0 for a row that has none. */
  get(row: number): number {
    const page = this.pages[row >>> rowBits]
    if (!page) return 0
    if (!page.rows) return page.places[row & within] ?? 0
    const at = lowest(page.rows, page.count, row & within)
    return at < page.count && page.rows[at] === (row & within) ? (page.places[at] ?? 0) : 0
  }

  /** 0 takes the place away. */
  set(row: number, place: number): void {
    const page = this.pageOf(row >>> rowBits)
    if (page.rows) setListed(page, row & within, place)
    else page.places[row & within] = place
  }

  /** Every row that has a place, in their order. */
  *all(): Generator<{ readonly row: number; readonly place: number }> {
    for (const [number, page] of this.pages.entries())
      for (let at = 0; page && at < page.count; at += 1) {
        const place = page.places[at] ?? 0
        if (place !== 0) yield { row: number * pageRows + (page.rows?.[at] ?? at), place }
      }
  }

  get bytes(): number {
    return this.pages.reduce((sum, page) => sum + (page?.places.byteLength ?? 0) + (page?.rows?.byteLength ?? 0), 0)
  }

  private pageOf(number: number): Page {
    const known = this.pages[number]
    if (known) return known
    while (this.pages.length < number) this.pages.push(undefined)
    const page = { rows: new Uint16Array(fewest), places: new Uint32Array(fewest), count: 0 }
    this.pages[number] = page
    return page
  }
}

function setListed(page: Page, row: number, place: number): void {
  const { rows, places, count } = page
  if (!rows) return
  const at = lowest(rows, count, row)
  if (at < count && rows[at] === row) {
    places[at] = place
    return
  }
  if (place === 0) return
  if (count === rows.length) {
    grow(page)
    if (page.rows) setListed(page, row, place)
    else page.places[row] = place
    return
  }
  rows.copyWithin(at + 1, at, count)
  places.copyWithin(at + 1, at, count)
  rows[at] = row
  places[at] = place
  page.count += 1
}

function grow(page: Page): void {
  const { rows, places, count } = page
  if (!rows) return
  const size = Math.ceil(count * 1.25)
  if (size > mostListed) {
    page.rows = undefined
    page.places = new Uint32Array(pageRows)
    for (let at = 0; at < count; at += 1) page.places[rows[at] ?? 0] = places[at] ?? 0
    page.count = pageRows
    return
  }
  page.rows = new Uint16Array(size)
  page.rows.set(rows)
  page.places = new Uint32Array(size)
  page.places.set(places)
}

/** How many of the rows are below one. */
function lowest(rows: Uint16Array, count: number, row: number): number {
  let [from, to] = [0, count]
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((rows[middle] ?? 0) < row) from = middle + 1
    else to = middle
  }
  return from
}
