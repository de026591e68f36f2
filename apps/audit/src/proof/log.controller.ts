import { Controller, Get, Header, Req, Res } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '#libs/service'
import { entriesPath, parseTilePath, tilesAt, tileWidth } from '#libs/tlog'
import { LogRepository } from '../log/log.repository.js'

const forEver = 'public, max-age=31536000, immutable'
const hashBytes = 32

/**
 * The public face of the log: commitments, hashes and signed checkpoints, nothing that says anything of anybody.
 *
 * @see C2SP tlog-tiles
 */
@ApiTags('Access log')
@Controller('log')
export class LogController {
  constructor(private readonly log: LogRepository) {}

  @Get('checkpoint')
  @ApiOperation({ summary: 'The newest checkpoint that the witnesses cosigned; no token.', security: [] })
  @ApiOkResponse({ description: 'A signed note.', content: { 'text/plain': {} } })
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('cache-control', 'no-cache')
  async checkpoint(): Promise<string> {
    const published = await this.log.newestPublished()
    if (published === undefined)
      throw new Problem('STORAGE_UNAVAILABLE', 'Nothing is published yet', { retryAfterSeconds: 1 })
    return published.note
  }

  @Get('tile/*')
  @ApiOperation({ summary: 'A tile of hashes, or a bundle of entries (tile/entries/…); no token.', security: [] })
  @ApiOkResponse({ description: 'Up to 256 hashes or entries.', content: { 'application/octet-stream': {} } })
  async tile(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<Buffer> {
    const path = (request.url.split('?', 1)[0] ?? '').slice('/log/'.length)
    const id = parseTilePath(path)
    const size = (await this.log.newestPublished())?.size ?? 0
    if (id === undefined || !isPublished(id, size)) throw new Problem('NOT_FOUND')
    void reply.header('content-type', 'application/octet-stream').header('cache-control', forEver)
    if (path === entriesPath(id.index, id.width)) return this.entries(id.index, id.width)
    const data = (await this.log.tiles([id])).get(`${id.level}/${id.index}`)
    if (data === undefined) throw new Problem('NOT_FOUND')
    return data.subarray(0, id.width * hashBytes)
  }

  private async entries(index: number, width: number): Promise<Buffer> {
    const from = index * tileWidth
    const rows = await this.log.commitments(from, from + width)
    return Buffer.concat(rows.flatMap(({ commitment }) => [Buffer.of(0, commitment.length), commitment]))
  }
}

function isPublished({ level, index, width }: { level: number; index: number; width: number }, size: number): boolean {
  const { full, partial } = tilesAt(level, size)
  return index < full || (index === full && width <= partial)
}
