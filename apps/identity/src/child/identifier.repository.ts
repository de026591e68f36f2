import { Injectable } from '@nestjs/common'
import { LRUCache } from 'lru-cache'
import { Database } from '#libs/postgres'
import { isDamaged, KeyDestroyed, KeyRing, open } from '#libs/security'

/** An identifier of a child as it is told outside. */
export interface ChildIdentifier {
  readonly system: string
  readonly value: string
}

interface Row {
  readonly child_id: string
  readonly version: number
  readonly identifiers: readonly { readonly id: string; readonly system: string; readonly sealed: string }[] | null
}

const question = `
select c.id as child_id, c.version,
       (select jsonb_agg(jsonb_build_object('id', i.id, 'system', i.system, 'sealed', encode(i.sealed, 'base64')) order by i.id)
          from identity.identifier i where i.child_id = c.id and i.status = 'current') as identifiers
  from identity.child c where c.id = any($1::uuid[])`

/** The current identifiers of children, remembered for as long as the child's version stays the same. */
@Injectable()
export class IdentifierRepository {
  private readonly remembered = new LRUCache<string, { version: number; identifiers: readonly ChildIdentifier[] }>({
    max: 50_000,
    ttl: 60_000,
  })

  constructor(
    private readonly database: Database,
    private readonly keyRing: KeyRing,
  ) {}

  /** By child id; one query for those whose version is not given or not remembered. Whose do not open is not there. */
  async ofChildren(
    children: readonly { readonly childId: string; readonly version?: number }[],
  ): Promise<ReadonlyMap<string, readonly ChildIdentifier[]>> {
    const found = new Map<string, readonly ChildIdentifier[]>()
    const missing = new Set<string>()
    for (const { childId, version } of children) {
      const known = this.remembered.get(childId)
      if (known && known.version === version) found.set(childId, known.identifiers)
      else missing.add(childId)
    }
    if (missing.size === 0) return found
    const rows = await this.database.query<Row>(question, [[...missing]])
    await Promise.all(
      rows.map(async (row) => {
        const identifiers = await this.opened(row).catch(leftOf)
        if (identifiers) found.set(row.child_id, identifiers)
      }),
    )
    return found
  }

  private async opened({ child_id, version, identifiers }: Row): Promise<readonly ChildIdentifier[]> {
    if (identifiers === null) return []
    const key = await this.keyRing.keyOf(`child:${child_id}`, 'content')
    const plain = identifiers.map(({ id, system, sealed }) => ({
      system,
      value: JSON.parse(open(key, Buffer.from(sealed, 'base64'), id).toString('utf8')) as string,
    }))
    this.remembered.set(child_id, { version, identifiers: plain })
    return plain
  }
}

/** What is erased is none. One whose key or bytes are damaged keeps nobody from learning of the others. */
function leftOf(error: unknown): readonly ChildIdentifier[] | undefined {
  if (error instanceof KeyDestroyed) return []
  if (!isDamaged(error)) throw error
  return undefined
}
