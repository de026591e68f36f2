import { Kind, type DocumentNode, type FieldNode, type SelectionSetNode, type ValueNode } from 'graphql'

type Variables = Readonly<Record<string, unknown>>

/** What a document asks about, once its variables are known: one text a child, in one form however it was written. */
export type AskedChildren = (variables: Variables) => readonly string[]

/**
 * Finds where a document names children: root fields with `uci`, or with `system` and `value`. Root fields only, since a
 * child can be entered nowhere else.
 */
export function askedChildrenOf(document: DocumentNode): AskedChildren {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
  const fields = operation ? rootFields(operation.selectionSet, document, new Set()) : []
  const questions = fields.map(questionOf).filter((question) => question !== undefined)
  return (variables) => [...new Set(questions.map((question) => question(variables)))]
}

/** The one form of an identifier as asked: without blanks and hyphens, upper case. */
function askedForm(system: string, value: string): string {
  return `${system} ${value.replace(/[\s-]/g, '').toUpperCase()}`
}

function rootFields(set: SelectionSetNode, document: DocumentNode, seen: Set<string>): FieldNode[] {
  return set.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection]
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(selection.selectionSet, document, seen)
    const name = selection.name.value
    if (seen.has(name)) return []
    seen.add(name)
    const fragment = document.definitions.find(
      (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
    )
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(fragment.selectionSet, document, seen) : []
  })
}

function questionOf(field: FieldNode): ((variables: Variables) => string) | undefined {
  const args = new Map((field.arguments ?? []).map(({ name, value }) => [name.value, value]))
  const uci = args.get('uci')
  if (uci) return (variables) => askedForm('urn:waymark:uci', textOf(uci, variables))
  const [system, value] = [args.get('system'), args.get('value')]
  if (!system || !value) return undefined
  return (variables) => askedForm(textOf(system, variables), textOf(value, variables))
}

function textOf(node: ValueNode, variables: Variables): string {
  const value = node.kind === Kind.VARIABLE ? variables[node.name.value] : 'value' in node ? node.value : ''
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}
