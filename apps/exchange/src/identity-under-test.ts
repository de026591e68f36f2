import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ChildReference } from '#libs/events'
import { newId } from '#libs/postgres'

/** Stands for `identity` over HTTP: each NHS number is a child of its own. It can fall silent. */
export class IdentityUnderTest {
  isSilent = false
  private readonly children = new Map<string, string>()
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      response.statusCode = this.isSilent ? 503 : 200
      response.end(this.answer(Buffer.concat(chunks).toString('utf8')))
    })
  })

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  stop(): void {
    this.server.close()
    this.server.closeAllConnections()
  }

  /** The internal id of the child that a reference names. */
  childOf({ identifiers, recordId }: ChildReference): string {
    const name = identifiers?.[0]?.value ?? recordId ?? ''
    const childId = this.children.get(name) ?? newId()
    this.children.set(name, childId)
    return childId
  }

  /** From now on a reference names this child. */
  give({ identifiers, recordId }: ChildReference, childId: string): void {
    this.children.set(identifiers?.[0]?.value ?? recordId ?? '', childId)
  }

  private answer(body: string): string {
    const { items } = JSON.parse(body) as { items: readonly { key: string; child: ChildReference }[] }
    const answers = items.map(({ key, child }) => ({
      ...{ key, outcome: 'resolved', childId: this.childOf(child), uci: '99MJ-YZXT-0T', status: 'active' },
      identifiers: child.identifiers ?? [],
    }))
    return JSON.stringify({ items: answers })
  }
}
