import { Inject } from '@nestjs/common'
import { Args, Context, Mutation, Query, Resolver } from '@nestjs/graphql'
import type { Caller } from '#libs/security'
import { addReceipt, CurrentCaller, keyIn, PageArgs, pageOf, type Connection, type GraphQLContext } from '#libs/service'
import { DecideSharingInput } from './decide-sharing.input.js'
import { DecideSharing, type DecidedQuestion } from './decide-sharing.js'
import { ListSharingQuestions, type ShownQuestion } from './list-sharing-questions.js'
import type { Position } from './sharing-question.repository.js'
import { SharingDecisionType, SharingQuestionConnection, SharingQuestionType } from './sharing.type.js'

const cursorForm = /^\d{1,15} [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

@Resolver(() => SharingQuestionType)
export class SharingResolver {
  constructor(
    @Inject(ListSharingQuestions) private readonly questions: ListSharingQuestions,
    @Inject(DecideSharing) private readonly deciding: DecideSharing,
  ) {}

  @Query(() => SharingQuestionConnection, {
    nullable: true,
    description:
      'What rules leave to persons of your agency, the soonest due first; at the guardian desk, all whose clock has run out.',
  })
  async sharingQuestions(
    @Args() { first, after }: PageArgs,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<Connection<SharingQuestionType>> {
    const from = after === undefined ? {} : { after: positionIn(after) }
    const { shown, receipts } = await this.questions.list(caller, { limit: first + 1, ...from })
    for (const receipt of receipts) addReceipt(context, receipt)
    return pageOf(shown.map(viewOf), first, ({ dueAt, id }) => `${dueAt.getTime()} ${id}`)
  }

  @Mutation(() => SharingDecisionType, {
    nullable: true,
    description:
      'A person lets an event go to one recipient, or does not. No person sets aside what the law, an agreement or a protection forbids.',
  })
  async decideSharing(
    @Args('input', { type: () => DecideSharingInput }) input: DecideSharingInput,
    @CurrentCaller() caller: Caller,
    @Context() context: GraphQLContext,
  ): Promise<SharingDecisionType> {
    const decided = await this.deciding.decide(caller, input)
    addReceipt(context, decided.receipt)
    return decisionOf(decided)
  }
}

function positionIn(cursor: string): Position {
  const [dueAtMs = '', id = ''] = keyIn(cursor, cursorForm).split(' ')
  return { dueAtMs: Number(dueAtMs), id }
}

function viewOf({ question, ...shown }: ShownQuestion): SharingQuestionType {
  const { id, event, sender, role, ruleId, reasons, openedAt, dueAt, isOverdue } = question
  return {
    ...{ id, event, sender, ruleId, reasons, openedAt, dueAt, isOverdue },
    recipient: shown.isRecipientShown ? question.recipient : null,
    ...{ recipientKind: shown.recipientKind ?? null, role: role ?? null },
    ...{ necessity: shown.necessity ?? null, minimumData: shown.minimumData ?? null },
  }
}

function decisionOf({ question, said, decision, fieldGroups }: DecidedQuestion): SharingDecisionType {
  const { decisionId: id, decidedAt } = decision
  return { id, event: question.event, outcome: said.outcome, fieldGroups, decidedAt }
}
