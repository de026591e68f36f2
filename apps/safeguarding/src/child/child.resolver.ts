import { ResolveReference, Resolver } from '@nestjs/graphql'
import { addReceipt, type GraphQLContext } from '#libs/service'
import { Child } from './child.type.js'
import { OpenQuestions } from './open-questions.js'
import { ReadChild } from './read-child.js'

@Resolver(() => Child)
export class ChildResolver {
  constructor(
    private readonly questions: OpenQuestions,
    private readonly readChild: ReadChild,
  ) {}

  /** Nothing for a child that is unknown, protected or not the caller's; which of them, only the access record says.
   * Nest hands a reference resolver its arguments bare: parameter decorators would turn them over. */
  @ResolveReference()
  async resolveReference(reference: { readonly uci: string }, context: GraphQLContext): Promise<Child | null> {
    const question = await this.questions.of(context, reference.uci)
    const { isTheirs, receipt } = await this.readChild.isTheirs(question)
    if (receipt) addReceipt(context, receipt)
    return isTheirs ? { uci: reference.uci } : null
  }
}
