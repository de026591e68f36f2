import { Injectable } from '@nestjs/common'
import type { Sql } from '#libs/postgres'
import { leafHash, signCheckpoint, type NoteSigner } from '#libs/tlog'
import type { LogEntry } from './entry.js'
import { edgeFrom, edgeTiles, emptyEdge, growTree, type TreeEdge } from './grow-tree.js'
import { LogRepository } from './log.repository.js'

/**
 * Appends access records to the log: entries, tiles and a signed checkpoint in the transaction of the batch.
 *
 * One appender at a time: the row of the tree's head is held until the transaction ends. The signature is made before the
 * commit and leaves the program only after it, because only committed checkpoints are ever read.
 */
@Injectable()
export class AppendRecords {
  /** Edges by size, of the last batches tried: which of them was committed, the head says. */
  private known: readonly TreeEdge[] = [emptyEdge]

  constructor(
    private readonly log: LogRepository,
    private readonly signer: () => NoteSigner,
  ) {}

  async append(tx: Sql, entries: readonly LogEntry[]): Promise<void> {
    if (entries.length === 0) return
    const size = await this.log.holdHead(tx)
    const edge = await this.edgeAt(tx, size)
    const grown = growTree(
      edge,
      entries.map(({ commitment }) => leafHash(commitment)),
    )
    const { range } = grown.edge
    const signer = this.signer()
    const note = signCheckpoint({ origin: signer.name, size: range.size, root: range.root() }, signer)
    await this.log.append(tx, { firstSeq: size, entries, tiles: grown.tiles, checkpoint: { size: range.size, note } })
    this.known = [edge, grown.edge]
  }

  private async edgeAt(tx: Sql, size: number): Promise<TreeEdge> {
    const remembered = this.known.find(({ range }) => range.size === size)
    if (remembered && (await this.isCommitted(tx, remembered))) return remembered
    const tiles = await this.log.tiles(edgeTiles(size), tx)
    return edgeFrom(size, ({ level, index }) => tiles.get(`${level}/${index}`) ?? Buffer.alloc(0))
  }

  /** Another replica may have appended as many other records meanwhile: the checkpoint tells. */
  private async isCommitted(tx: Sql, { range }: TreeEdge): Promise<boolean> {
    if (range.size === 0) return true
    const [row] = await tx.query<{ note: string }>('select note from audit.checkpoint where size = $1', [range.size])
    return row?.note.split('\n')[2] === range.root().toString('base64')
  }
}
