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

const none: readonly Token[] = []

/** Nobody's family name. */
export const noFamily: FamilyPart = { all: [], distinct: [], joined: undefined }

/** A name cut into what is compared. */
export class NameForm {
  allGiven: readonly Token[] = none
  /** Given names that distinguish (the structural ones only where there are no others), initials after the first aside. */
  given: readonly Token[] = none
  family: FamilyPart = noFamily
  /** A name the child no longer has. */
  isFormer = false
  private readonly two: Token[] = []

  get first(): Token | undefined {
    return this.given[0]
  }

  get surname(): Token | undefined {
    return this.family.joined
  }

  /** Takes another name; one given name alone, or two that both distinguish, take no new list. */
  set(first: Token | undefined, rest: readonly Token[], family: FamilyPart): this {
    this.family = family
    if (first === undefined) {
      this.allGiven = none
      this.given = none
    } else if (rest.length === 0) {
      this.allGiven = first.alone
      this.given = first.alone
    } else if (rest.length === 1) this.setTwo(first, rest[0] ?? first)
    else {
      this.allGiven = [first, ...rest]
      this.given = distinguishing(this.allGiven)
    }
    return this
  }

  private setTwo(first: Token, second: Token): void {
    this.two[0] = first
    this.two[1] = second
    this.allGiven = this.two
    const isPlain = !first.isStructural && !second.isStructural && second.text.length > 1
    this.given = isPlain ? this.two : distinguishing(this.two)
  }
}

function distinguishing(all: readonly Token[]): readonly Token[] {
  const some = all.filter((token) => !token.isStructural)
  const named = some.length > 0 ? some : all
  return named.filter(({ text }, at) => text.length > 1 || at === 0)
}

/** Cuts a family name; tokens come from a vocabulary, or are made. */
export function familyPart(all: readonly Token[], tokenOf: TokenMaker): FamilyPart {
  const [only, ...more] = all
  if (only === undefined) return noFamily
  if (more.length === 0) return { all, distinct: all, joined: only }
  const distinct = distinctOf(all)
  const [single, ...others] = distinct
  const word = single && others.length === 0 ? single : tokenOf(joined(distinct.map(({ text }) => text)))
  return { all, distinct, joined: word }
}

/** Of most names that is every token: those take no list of their own. */
function distinctOf(all: readonly Token[]): readonly Token[] {
  if (all.every(({ isStructural }) => !isStructural)) return all
  const some = all.filter(({ isStructural }) => !isStructural)
  return some.length > 0 ? some : all
}

/** Makes the tokens of a name. */
export type TokenMaker = (text: string) => Token

/** Cuts a name; without a maker its tokens belong to no vocabulary. */
export function formOf({ given, family }: MatchName, tokenOf: TokenMaker = loose): NameForm {
  const [first] = given
  const rest = given.length < 2 ? none : given.slice(1).map(tokenOf)
  const token = first === undefined ? undefined : tokenOf(first)
  return new NameForm().set(token, rest, familyOf(family, tokenOf))
}

/** Most family names are one token: they need no new list. */
function familyOf(family: readonly string[], tokenOf: TokenMaker): FamilyPart {
  const [only] = family
  if (only === undefined) return noFamily
  if (family.length > 1) return familyPart(family.map(tokenOf), tokenOf)
  const token = tokenOf(only)
  return { all: token.alone, distinct: token.alone, joined: token }
}

function loose(text: string): Token {
  return new Token(text)
}
