import { Args, ArgsType, Context, Field, Query, Resolver } from '@nestjs/graphql'
import { IsBoolean } from 'class-validator'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, PageArgs, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { RekeyProgress, RekeyProgressConnection } from './rekey.type.js'
import { WatchRekeys } from './watch-rekeys.js'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

@ArgsType()
class RekeyProgressArgs extends PageArgs {
  @Field(() => Boolean, { defaultValue: false, description: 'Also changes that everybody has confirmed.' })
  @IsBoolean()
  finished = false
}

@Resolver(() => RekeyProgress)
export class RekeyResolver {
  constructor(private readonly watching: WatchRekeys) {}

  @Query(() => RekeyProgressConnection, {
    nullable: true,
    description:
      'Changes of identity that somebody who holds the children has not confirmed, newest first. For data stewards.',
  })
  async rekeyProgress(
    @Args() { first, after, finished }: RekeyProgressArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<RekeyProgress>> {
    const from = after === undefined ? {} : { after: keyIn(after, uuid) }
    const { rows, receipts } = await this.watching.watch(caller, { limit: first + 1, isAll: finished, ...from })
    for (const receipt of receipts) addReceipt(context, receipt)
    const shown = rows.map((row) => ({
      ...row,
      isFinished: row.items === row.confirmed,
      waitingFor: [...row.waitingFor],
    }))
    return pageOf(shown, first, ({ changeId }) => changeId)
  }
}
