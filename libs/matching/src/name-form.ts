import { joined, type MatchName } from './normalise-names.js'
import { Token } from './token.js'

/** A family name cut into what is compared. */
export interface FamilyPart {
  readonly all: readonly Token[]
  /** Tokens that distinguish; the structural ones only where there are no others. */
  readonly distinct: readonly Token[]
  /** The distinguishing tokens as one word. */
  readonly joined: Token | undefined
}

/** Nobody's family name. */
export const noFamily: FamilyPart = { all: [], distinct: [], joined: undefined }

/** A name cut into what is compared. */
export class NameForm {
  readonly allGiven: Token[] = []
  /** Given names that distinguish (the structural ones only where there are no others), initials after the first aside. */
  readonly given: Token[] = []
  family: FamilyPart = noFamily
  /** A name the child no longer has. */
  isFormer = false

  get first(): Token | undefined {
    return this.given[0]
  }

  get surname(): Token | undefined {
    return this.family.joined
  }

  /** Takes another name; the form's lists are used again. */
  set(first: Token | undefined, rest: readonly Token[], family: FamilyPart): this {
    this.family = family
    this.allGiven.length = 0
    this.given.length = 0
    if (first === undefined) return this
    this.allGiven.push(first)
    for (const token of rest) this.allGiven.push(token)
    const isAlone = this.allGiven.every(isStructural)
    for (const token of this.allGiven) {
      const isInitial = token.text.length === 1 && this.given.length > 0
      if ((isAlone || !token.isStructural) && !isInitial) this.given.push(token)
    }
    return this
  }
}

/** Cuts a family name; tokens come from a vocabulary, or are made. */
export function familyPart(all: readonly Token[], tokenOf: TokenMaker): FamilyPart {
  const [only, ...more] = all
  if (only === undefined) return noFamily
  if (more.length === 0) return { all, distinct: all, joined: only }
  const distinguishing = all.filter((token) => !token.isStructural)
  const distinct = distinguishing.length > 0 ? distinguishing : all
  const [single, ...others] = distinct
  const word = single && others.length === 0 ? single : tokenOf(joined(distinct.map(({ text }) => text)))
  return { all, distinct, joined: word }
}

/** Makes the tokens of a name. */
export type TokenMaker = (text: string) => Token

/** Cuts a name; without a maker its tokens belong to no vocabulary. */
export function formOf(name: MatchName, tokenOf: TokenMaker = loose): NameForm {
  const [first, ...rest] = name.given.map(tokenOf)
  return new NameForm().set(first, rest, familyPart(name.family.map(tokenOf), tokenOf))
}

function loose(text: string): Token {
  return new Token(text)
}

function isStructural(token: Token): boolean {
  return token.isStructural
}
