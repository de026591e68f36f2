import {
  Kind,
  OperationTypeNode,
  visit,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'

/** What free text in the sandbox may ask for, counted after fragments are expanded. */
export const sandboxLimits = { tokens: 1000, depth: 8, aliases: 15, cost: 1000, pageSize: 100 } as const

/** Why free text is not run. */
export type LimitFault =
  | 'operations'
  | 'fragment-cycle'
  | 'fragment-unknown'
  | 'name'
  | 'introspection'
  | 'incremental-delivery'
  | 'depth'
  | 'aliases'
  | 'cost'
  | 'page-size'

type Variables = Readonly<Record<string, unknown>>

interface Weight {
  readonly depth: number
  readonly aliases: number
  readonly cost: number
}

class OverLimit extends Error {
  constructor(readonly fault: LimitFault) {
    super(fault)
  }
}

/**
 * Which limit a document of free text breaks, if any. Takes time in proportion to the document, however often its fragments
 * repeat: each is weighed once.
 */
export function limitFaultOf(document: DocumentNode, variables: Variables): LimitFault | undefined {
  try {
    refuseForm(document)
    const weight = new Scales(document, variables).weighOperation()
    if (weight.depth > sandboxLimits.depth) return 'depth'
    if (weight.aliases > sandboxLimits.aliases) return 'aliases'
    return weight.cost > sandboxLimits.cost ? 'cost' : undefined
  } catch (error) {
    if (error instanceof OverLimit) return error.fault
    throw error
  }
}

function refuseForm(document: DocumentNode): void {
  const operations = document.definitions.filter(({ kind }) => kind !== Kind.FRAGMENT_DEFINITION)
  const [operation] = operations
  if (operations.length !== 1 || operation?.kind !== Kind.OPERATION_DEFINITION) throw new OverLimit('operations')
  if (operation.operation === OperationTypeNode.SUBSCRIPTION) throw new OverLimit('operations')
  visit(document, {
    Name(node, key, parent) {
      if (isOddName(node.value) && !isNameOfField(key, parent)) throw new OverLimit('name')
    },
    Directive({ name: { value } }) {
      if (value === 'defer' || value === 'stream') throw new OverLimit('incremental-delivery')
    },
  })
}

function isOddName(name: string): boolean {
  return name === 'constructor' || name === 'prototype' || name.startsWith('__')
}

/** A field's own name is for the schema to judge; an alias is the client's invention. */
function isNameOfField(key: unknown, parent: unknown): boolean {
  return (
    key === 'name' && typeof parent === 'object' && parent !== null && 'kind' in parent && parent.kind === Kind.FIELD
  )
}

class Scales {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  private readonly weighed = new Map<string, Weight>()
  private readonly open = new Set<string>()

  constructor(
    private readonly document: DocumentNode,
    private readonly variables: Variables,
  ) {
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
    this.fragments = new Map(fragments.map((node) => [node.name.value, node]))
  }

  weighOperation(): Weight {
    const operation = this.document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION)
    return operation ? this.weighSet(operation.selectionSet) : { depth: 0, aliases: 0, cost: 0 }
  }

  private weighSet({ selections }: SelectionSetNode): Weight {
    let total: Weight = { depth: 0, aliases: 0, cost: 0 }
    for (const selection of selections) {
      const { depth, aliases, cost } = this.weigh(selection)
      total = {
        depth: Math.max(total.depth, depth),
        aliases: total.aliases + aliases,
        cost: total.cost + cost,
      }
    }
    return total
  }

  private weigh(selection: SelectionNode): Weight {
    if (selection.kind === Kind.INLINE_FRAGMENT) return this.weighSet(selection.selectionSet)
    return selection.kind === Kind.FIELD ? this.weighField(selection) : this.weighFragment(selection.name.value)
  }

  private weighField(field: FieldNode): Weight {
    if (field.name.value === '__schema' || field.name.value === '__type') throw new OverLimit('introspection')
    const inner = field.selectionSet ? this.weighSet(field.selectionSet) : { depth: 0, aliases: 0, cost: 0 }
    return {
      depth: inner.depth + 1,
      aliases: inner.aliases + (field.alias ? 1 : 0),
      cost: 1 + inner.cost * this.pageSizeOf(field.arguments ?? []),
    }
  }

  private weighFragment(name: string): Weight {
    const known = this.weighed.get(name)
    if (known) return known
    const fragment = this.fragments.get(name)
    if (!fragment) throw new OverLimit('fragment-unknown')
    if (this.open.has(name)) throw new OverLimit('fragment-cycle')
    this.open.add(name)
    const weight = this.weighSet(fragment.selectionSet)
    this.open.delete(name)
    this.weighed.set(name, weight)
    return weight
  }

  private pageSizeOf(args: readonly ArgumentNode[]): number {
    const first = args.find(({ name }) => name.value === 'first' || name.value === 'last')?.value
    if (!first) return 1
    const size = first.kind === Kind.VARIABLE ? Number(this.variables[first.name.value] ?? 20) : numberIn(first)
    if (size > sandboxLimits.pageSize) throw new OverLimit('page-size')
    return Math.max(1, size)
  }
}

function numberIn(node: ArgumentNode['value']): number {
  return node.kind === Kind.INT ? Number(node.value) : 1
}
