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
    const { size, note: committed } = await this.log.holdHead(tx)
    const edge = await this.edgeAt(tx, size, committed)
    const grown = growTree(
      edge,
      entries.map(({ commitment }) => leafHash(commitment)),
    )
    const { range } = grown.edge
    const signer = this.signer()
    const note = signCheckpoint({ origin: signer.name, size: range.size, root: range.root() }, signer)
    this.log.append(tx, { firstSeq: size, entries, tiles: grown.tiles, checkpoint: { size: range.size, note } })
    this.known = [edge, grown.edge]
  }

  private async edgeAt(tx: Sql, size: number, note: string | undefined): Promise<TreeEdge> {
    const remembered = this.known.find(({ range }) => range.size === size)
    if (remembered && isCommitted(remembered, note)) return remembered
    const tiles = await this.log.tiles(edgeTiles(size), tx)
    return edgeFrom(size, ({ level, index }) => tiles.get(`${level}/${index}`) ?? Buffer.alloc(0))
  }
}

/** Another replica may have appended as many other records meanwhile: the checkpoint tells. */
function isCommitted({ range }: TreeEdge, note: string | undefined): boolean {
  return range.size === 0 || note?.split('\n')[2] === range.root().toString('base64')
}
