import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql'
import { addReceipt, type GraphQLContext } from '#libs/service'
import { Child } from '../child/child.type.js'
import { OpenQuestions } from '../child/open-questions.js'
import { InvolvementEntry } from './involvement.type.js'
import { ReadInvolvements } from './read-involvements.js'

@Resolver(() => Child)
export class InvolvementResolver {
  constructor(
    private readonly questions: OpenQuestions,
    private readonly readInvolvements: ReadInvolvements,
  ) {}

  @ResolveField(() => [InvolvementEntry], {
    nullable: true,
    description:
      'Who works with the child now, and whom to phone. Null with an error where that is not known, or not for this caller.',
  })
  async involvements(@Parent() child: Child, @Context() context: GraphQLContext): Promise<readonly InvolvementEntry[]> {
    const { rows, receipt, problem } = await this.readInvolvements.of(await this.questions.of(context, child.uci))
    addReceipt(context, receipt)
    if (problem) throw problem
    return rows
  }
}
