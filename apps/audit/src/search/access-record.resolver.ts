import { Args, Context, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { AccessRecordRepository } from './access-record.repository.js'
import { AccessRecord, AccessRecordConnection } from './access-record.type.js'
import { viewOf } from './access-record.view.js'
import { AccessRecordsArgs } from './access-records.args.js'
import { TraceChild } from './trace-child.js'

@Resolver(() => AccessRecord)
export class AccessRecordResolver {
  constructor(
    private readonly traces: TraceChild,
    private readonly records: AccessRecordRepository,
  ) {}

  @Query(() => AccessRecordConnection, {
    nullable: true,
    description:
      'Who saw, or was sent, what about this child; newest first. For auditors and data protection officers.',
  })
  async accessRecords(
    @Args() args: AccessRecordsArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<AccessRecord>> {
    const { uci, agency, purpose, from, to, first, after } = args
    const { records, receipt } = await this.traces.trace(caller, {
      uci,
      limit: first + 1,
      ...(agency !== undefined && { agencyId: agency }),
      ...(purpose !== undefined && { purpose }),
      ...(from && { from: from.toISOString() }),
      ...(to && { to: to.toISOString() }),
      ...(after !== undefined && { beforeSeq: Number(keyIn(after, /^\d{1,15}$/)) }),
    })
    addReceipt(context, receipt)
    const nodes = await Promise.all(
      records.map(async (record) =>
        viewOf(record, await this.records.outerOf(record), await this.records.innerOf(record)),
      ),
    )
    return pageOf(nodes, first, ({ entry }) => String(entry))
  }
}
