import type { Column } from '#libs/matching'

/** A column of whole names, as the columns of its parts. */
export interface NameColumns {
  readonly given: Column
  readonly surname: Column
  readonly other: Column
}

interface NameParts {
  readonly given: string
  readonly surname: string
  readonly other: string
}

/**
 * Takes whole names apart: `Frank Edward Brightman` and `Brightman, Frank Edward` alike. A single word is a given name.
 */
export function columnsOfWholeNames({ values, at }: Column): NameColumns {
  const parts = values.map(partsOf)
  const columnOf = (part: keyof NameParts): Column => {
    const distinct = [...new Set(parts.map((one) => one[part]))].filter((text) => text !== '')
    const indexOf = new Map(distinct.map((text, index) => [text, index]))
    const indexes = parts.map((one) => indexOf.get(one[part]) ?? -1)
    return { values: distinct, at: at.map((value) => indexes[value] ?? -1) }
  }
  return { given: columnOf('given'), surname: columnOf('surname'), other: columnOf('other') }
}

function partsOf(name: string): NameParts {
  const [before = '', ...after] = name.split(',').map((part) => part.trim())
  const [given = '', ...others] = wordsOf(after.join(' '))
  if (before !== '' && given !== '') return { given, surname: before, other: others.join(' ') }
  const [first = '', ...more] = wordsOf(name.replaceAll(',', ' '))
  return { given: first, surname: more.at(-1) ?? '', other: more.slice(0, -1).join(' ') }
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/u).filter((word) => word !== '')
}
