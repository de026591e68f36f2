import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from './random.js'
import { tablesFolder, type Rates } from './rates.js'

/** Where a family lives. */
export interface Place {
  readonly outcode: number
  readonly postcode: string
  readonly uprn: string
}

interface Outcode {
  readonly code: string
  readonly area: string
  readonly postcodes: number
}

const letters = 'ABDEFGHJLNPQRSTUWXYZ'
const unitsOfSector = letters.length * letters.length

/**
 * The postcodes of the invented world. The areas and their sizes are England's, rounded; a small world holds only a part
 * of them, so that as many children share a postcode as in a large one.
 */
export class Places {
  private readonly outcodes: readonly Outcode[]
  private readonly reached: Float64Array
  private addresses = 0

  constructor(rates: Rates, children: number, folder: string = tablesFolder) {
    const all = outcodesOf(readFileSync(join(folder, 'postcode-areas.csv'), 'utf8'))
    const { childrenPerPostcode, leastPostcodes } = rates.households
    const needed = Math.max(leastPostcodes, children / childrenPerPostcode)
    const every = Math.max(1, Math.floor(totalOf(all) / needed))
    this.outcodes = all.filter((_, at) => at % every === 0)
    let sum = 0
    this.reached = Float64Array.from(this.outcodes, ({ postcodes }) => (sum += postcodes))
  }

  /** An address somewhere. */
  anywhere(random: Random): Place {
    const wanted = random.share() * (this.reached[this.reached.length - 1] ?? 0)
    let low = 0
    let high = this.reached.length - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.reached[middle] ?? 0) > wanted) high = middle
      else low = middle + 1
    }
    return this.within(low, random)
  }

  /** Where a family moves to: mostly near. */
  near(place: Place, random: Random, rates: Rates): Place {
    const { movesWithinOutcode, movesWithinArea } = rates.households
    const drawn = random.share() * 100
    if (drawn < movesWithinOutcode) return this.within(place.outcode, random)
    if (drawn >= movesWithinOutcode + movesWithinArea) return this.anywhere(random)
    const step = random.between(1, 3) * (random.happens(50) ? 1 : -1)
    const next = this.outcodes[place.outcode + step]
    const isNear = next?.area === this.outcodes[place.outcode]?.area
    return isNear ? this.within(place.outcode + step, random) : this.within(place.outcode, random)
  }

  /** A place by its number: the same for all who ask, as a children's home is. */
  home(number: number, seed: number, random: Random): Place {
    random.restart(seed ^ 0x40e5, number)
    return { ...this.anywhere(random), uprn: `7299${String(number).padStart(8, '0')}` }
  }

  private within(outcode: number, random: Random): Place {
    const { code, postcodes } = this.outcodes[outcode] as Outcode
    const unit = random.below(postcodes)
    const sectors = Math.ceil(postcodes / unitsOfSector)
    const sector = 1 + (unit % Math.max(sectors, 4))
    const inSector = Math.floor(unit / Math.max(sectors, 4)) % unitsOfSector
    const [first, second] = [inSector % letters.length, Math.floor(inSector / letters.length)]
    this.addresses += 1
    return {
      outcode,
      postcode: `${code} ${sector}${letters.charAt(first)}${letters.charAt(second)}`,
      uprn: `7200${String(this.addresses).padStart(8, '0')}`,
    }
  }
}

function totalOf(outcodes: readonly Outcode[]): number {
  return outcodes.reduce((sum, { postcodes }) => sum + postcodes, 0)
}

/** Districts of an area are of different size: the first ones, in the middle of its town, are the larger. */
function outcodesOf(csv: string): readonly Outcode[] {
  return csv
    .trim()
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [area = '', districts = '0', postcodes = '0'] = line.split(',')
      const many = Number(districts)
      const weights = Array.from({ length: many }, (_, at) => 1 / (at + many / 2))
      const sum = weights.reduce((total, weight) => total + weight, 0)
      return weights.map((weight, at) => ({
        code: `${area}${at + 1}`,
        area,
        postcodes: Math.max(40, Math.round((Number(postcodes) * weight) / sum)),
      }))
    })
}
