import { Field, Float, GraphQLISODateTime, ID, ObjectType } from '@nestjs/graphql'
import { connectionOf } from '#libs/service'

@ObjectType('AccessRecord', {
  description: 'Who saw, or was sent, what about a child, why, and under which rule; as the access log holds it.',
})
export class AccessRecord {
  @Field(() => ID)
  id!: string

  // Int ends at 2^31, a few years of England's records; Float is written as the whole number it holds, to 2^53.
  @Field(() => Float, { description: 'Its place in the log, from 0: a whole number.' })
  entry!: number

  @Field(() => GraphQLISODateTime)
  at!: Date

  @Field(() => String, { description: 'read, query, disclose, receive, decide, refuse, log-read or key-destroyed.' })
  kind!: string

  @Field(() => String, { description: 'The program that recorded it.' })
  service!: string

  @Field(() => String, { nullable: true, description: 'The agency that acted; the hub itself is waymark-hub.' })
  agency?: string | null

  @Field(() => String, { nullable: true })
  client?: string | null

  @Field(() => String, { nullable: true, description: 'As the client asserted it.' })
  actorRole?: string | null

  @Field(() => String, { nullable: true, description: 'As the client asserted it.' })
  actorReference?: string | null

  @Field(() => String, { nullable: true })
  action?: string | null

  @Field(() => String, { nullable: true, description: 'The outcome as the caller was told it.' })
  outcome?: string | null

  @Field(() => String, { nullable: true, description: 'The agency disclosed to, where something left.' })
  recipient?: string | null

  @Field(() => String, { nullable: true })
  eventType?: string | null

  @Field(() => String, { nullable: true })
  eventId?: string | null

  @Field(() => [String])
  fieldGroups!: string[]

  @Field(() => String, { nullable: true })
  purpose?: string | null

  @Field(() => String, { nullable: true })
  basisId?: string | null

  @Field(() => String, { nullable: true, description: 'The data-sharing agreement of the caller.' })
  agreement?: string | null

  @Field(() => String, { nullable: true, description: 'What was truly decided, where it differs from what was told.' })
  decision?: string | null

  @Field(() => String, { nullable: true, description: 'The rule that decided.' })
  ruleId?: string | null

  @Field(() => [String], { description: 'Why, in the clauses of the rule.' })
  reasons!: string[]

  @Field(() => String, { nullable: true, description: 'Hash of the policy set that decided.' })
  policyHash?: string | null

  @Field(() => String, {
    description: 'intact, altered (what is stored is not what was logged) or erased (its key was destroyed).',
  })
  state!: string

  @Field(() => String, { description: 'SHA-256, hex: what the log proves.' })
  commitment!: string

  @Field(() => String, { description: '16 bytes, hex.' })
  salt1!: string

  @Field(() => String, { description: 'SHA-256, hex: what the sealed half is committed by.' })
  innerHash!: string

  @Field(() => String, { nullable: true, description: 'The open half as JSON, to recompute the commitment from.' })
  outer?: string | null
}

@ObjectType('AccessRecordConnection')
export class AccessRecordConnection extends connectionOf(AccessRecord) {}
