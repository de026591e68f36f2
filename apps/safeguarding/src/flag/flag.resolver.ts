import { Context, Parent, ResolveField, Resolver } from '@nestjs/graphql'
import { addReceipt, type GraphQLContext } from '#libs/service'
import { Child } from '../child/child.type.js'
import { OpenQuestions } from '../child/open-questions.js'
import { FlagEntry } from './flag.type.js'
import { ReadFlags } from './read-flags.js'

@Resolver(() => Child)
export class FlagResolver {
  constructor(
    private readonly questions: OpenQuestions,
    private readonly readFlags: ReadFlags,
  ) {}

  @ResolveField(() => [FlagEntry], {
    nullable: true,
    description:
      'What is true now. Null with an error where that is not known, or not for this caller; empty only where there is nothing.',
  })
  async flags(@Parent() child: Child, @Context() context: GraphQLContext): Promise<readonly FlagEntry[]> {
    const { rows, receipt, problem } = await this.readFlags.of(await this.questions.of(context, child.uci))
    addReceipt(context, receipt)
    if (problem) throw problem
    return rows
  }
}
