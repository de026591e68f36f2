import type { Type } from '@nestjs/common'
import { ArgsType, Directive, Field, Int, ObjectType } from '@nestjs/graphql'
import { IsOptional, IsString, Length, Max, Min, IsInt, Matches } from 'class-validator'
import { Problem } from './problem.js'

/** Where a page of a list stands (Relay cursor connections). */
@ObjectType({ description: 'Where this page stands in the list.' })
@Directive('@shareable')
class PageInfo {
  @Field(() => Boolean, { description: 'Whether more follows.' })
  hasNextPage!: boolean

  @Field(() => String, { nullable: true, description: 'Give it as `after` to read on.' })
  endCursor?: string | null
}

/** The arguments of every list: how many, and after which. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, { defaultValue: 20, description: 'How many at most; 1 to 100.' })
  @IsInt()
  @Min(1)
  @Max(100)
  first = 20

  @Field(() => String, { nullable: true, description: 'The endCursor of the page before.' })
  @IsOptional()
  @IsString()
  @Length(1, 200)
  @Matches(/^[A-Za-z0-9_-]+$/)
  after?: string
}

/** A page of a list, as a connection type answers it. */
export interface Connection<N> {
  readonly edges: readonly { readonly cursor: string; readonly node: N }[]
  readonly pageInfo: PageInfo
}

/**
 * Makes the connection type of a node type: `connectionOf(Flag)` is `FlagConnection` with `edges { cursor node }` and `pageInfo`.
 * Extend it by a decorated class of that name.
 */
export function connectionOf<N>(node: Type<N>): Type<Connection<N>> {
  @ObjectType(`${node.name.replace(/Type$/, '')}Edge`)
  class Edge {
    @Field(() => String)
    cursor!: string

    @Field(() => node)
    node!: N
  }

  @ObjectType({ isAbstract: true })
  class Page implements Connection<N> {
    @Field(() => [Edge])
    edges!: readonly Edge[]

    @Field(() => PageInfo)
    pageInfo!: PageInfo
  }
  return Page
}

/**
 * One page out of rows read with one more than asked for.
 *
 * @param rows - up to `first + 1`, in order
 * @param keyOf - what the next page is read after; opaque outside
 */
export function pageOf<N>(rows: readonly N[], first: number, keyOf: (node: N) => string): Connection<N> {
  const edges = rows.slice(0, first).map((node) => ({ cursor: Buffer.from(keyOf(node)).toString('base64url'), node }))
  return { edges, pageInfo: { hasNextPage: rows.length > first, endCursor: edges.at(-1)?.cursor ?? null } }
}

/**
 * The key inside a cursor that `pageOf` made.
 *
 * @param form - what a key looks like; another text is refused
 * @throws Problem 422 `SCHEMA_INVALID`
 */
export function keyIn(cursor: string, form: RegExp): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8')
  if (!form.test(key))
    throw new Problem('SCHEMA_INVALID', undefined, { errors: [{ pointer: '#/after', code: 'FIELD_FORM' }] })
  return key
}
