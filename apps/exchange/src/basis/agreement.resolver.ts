import { Inject } from '@nestjs/common'
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, requireActor, requirePurpose, type GraphQLContext } from '#libs/service'
import type { Agreement } from './agreement.js'
import { AgreementArgs, EndAgreementArgs } from './agreement.args.js'
import { AgreementType } from './agreement.type.js'
import { EndAgreement } from './end-agreement.js'
import { ReadAgreement } from './read-agreement.js'

@Resolver(() => AgreementType)
export class AgreementResolver {
  constructor(
    @Inject(ReadAgreement) private readonly agreements: ReadAgreement,
    @Inject(EndAgreement) private readonly endings: EndAgreement,
  ) {}

  @Query(() => AgreementType, {
    nullable: true,
    description: 'A data-sharing agreement, to the agency it is with, auditors and data protection officers.',
  })
  async agreement(
    @Args() { id }: AgreementArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<AgreementType> {
    requirePurpose(caller)
    requireActor(caller)
    const { agreement, receipt } = await this.agreements.read(caller, id)
    addReceipt(context, receipt)
    return shown(agreement)
  }

  @Mutation(() => AgreementType, {
    nullable: true,
    description: 'Ends a data-sharing agreement at once; for the data protection officer.',
  })
  async endAgreement(
    @Args() { id, reason }: EndAgreementArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<AgreementType> {
    requirePurpose(caller)
    requireActor(caller)
    const { agreement, receipt } = await this.endings.end(caller, id, reason)
    addReceipt(context, receipt)
    return shown(agreement)
  }
}

function shown({ id, version, agencyId, body, validFromMs, validUntilMs, endedAtMs }: Agreement): AgreementType {
  return {
    id,
    version,
    agency: agencyId,
    title: body.title,
    purposes: Object.keys(body.purposes),
    publishes: body.publish,
    receives: [...new Set(body.receive.flatMap(({ types }) => types))],
    operations: body.operations,
    validFrom: new Date(validFromMs),
    validUntil: validUntilMs === undefined ? null : new Date(validUntilMs),
    endedAt: endedAtMs === undefined ? null : new Date(endedAtMs),
  }
}
