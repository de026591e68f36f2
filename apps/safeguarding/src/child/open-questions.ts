import type { GraphQLContext } from '#libs/service'
import type { ChildQuestion } from './child-question.js'
import type { ReadChild } from './read-child.js'

/** The questions of one request: each child is asked about once, whatever fields follow. */
export class OpenQuestions {
  private readonly requests = new WeakMap<GraphQLContext, Map<string, Promise<ChildQuestion>>>()

  constructor(private readonly parts: { readonly readChild: ReadChild }) {}

  of(context: GraphQLContext, uci: string): Promise<ChildQuestion> {
    const asked = this.requests.get(context) ?? new Map<string, Promise<ChildQuestion>>()
    this.requests.set(context, asked)
    const question = asked.get(uci) ?? this.parts.readChild.ask(context.caller, uci)
    asked.set(uci, question)
    return question
  }
}
