import { Body, Controller, Get, Header, Headers, HttpCode, Param, Post, Req } from '@nestjs/common'
import {
  ApiAcceptedResponse,
  ApiBody,
  ApiConsumes,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '#libs/security'
import { CurrentCaller, Problem, requirePurpose } from '#libs/service'
import { AcceptBulkLoad } from './accept-bulk-load.js'
import { bulkColumns, requiredColumns } from './bulk-row.js'
import { BulkLoadRepository, type LoadProgress } from './bulk-load.repository.js'
import { BulkAcceptedDto, BulkProgressDto } from './bulk-loads.dto.js'
import { progressOf, rejectedCsv } from './bulk-progress.js'
import { inPointer } from '../resolution/field-checks.js'
import type { BulkFormat } from './read-file.js'

const formats: Readonly<Record<string, BulkFormat>> = { 'text/csv': 'csv', 'application/x-ndjson': 'ndjson' }
const keyAtMost = 255
const faultsAtMost = 20
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

@ApiTags('Identity')
@Controller('v1/bulk-loads')
export class BulkLoadsController {
  constructor(
    private readonly accepting: AcceptBulkLoad,
    private readonly loads: BulkLoadRepository,
  ) {}

  @Post()
  @HttpCode(202)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Resolve the records of a file, CSV or NDJSON, plain or gzip, up to 16 MiB as sent.',
    description:
      `CSV: a first row of column names, ${requiredColumns.join(', ')} at least; all there are: ${bulkColumns.join(', ')}. ` +
      'NDJSON: a body of POST /v1/resolve a line. ' +
      'The same Idempotency-Key with the same file answers with the same load; a file sent again under another key does nothing twice.',
  })
  @ApiConsumes('text/csv', 'application/x-ndjson')
  @ApiBody({ schema: { type: 'string', format: 'binary' } })
  @ApiHeader({ name: 'Idempotency-Key', required: false })
  @ApiAcceptedResponse({ type: BulkAcceptedDto })
  async post(
    @Body() body: unknown,
    @Headers('content-type') mediaType: string | undefined,
    @Headers('idempotency-key') idempotencyKey: string | undefined,
    @CurrentCaller() caller: Caller,
  ): Promise<BulkAcceptedDto> {
    const format = formatIn(mediaType)
    const bytes = bytesIn(body)
    if (idempotencyKey !== undefined && (idempotencyKey === '' || idempotencyKey.length > keyAtMost))
      throw new Problem('MALFORMED', 'Idempotency-Key is not 1 to 255 characters')
    const purpose = requirePurpose(caller)
    const { id, accessReceipt } = await this.accepting.accept(caller, purpose, { bytes, format, idempotencyKey })
    return { id, state: 'received', accessReceipt }
  }

  @Get(':id')
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'How far a file of your own is.' })
  @ApiOkResponse({ type: BulkProgressDto })
  async progress(
    @Param('id') id: string,
    @Req() { query }: FastifyRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<BulkProgressDto> {
    refuseQuery(query)
    return progressOf(await this.ownLoad(id, caller), { nowMs: Date.now(), isSteward: isSteward(caller) })
  }

  @Get(':id/rejected')
  @Header('cache-control', 'no-store')
  @Header('content-type', 'text/csv; charset=utf-8')
  @ApiOperation({ summary: 'The lines of the file that are no record, each with a code and a pointer; CSV.' })
  @ApiOkResponse({ content: { 'text/csv': { schema: { type: 'string' } } } })
  async rejected(
    @Param('id') id: string,
    @Req() { query }: FastifyRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<string> {
    refuseQuery(query)
    const { id: loadId } = await this.ownLoad(id, caller)
    return rejectedCsv(await this.loads.rejected(loadId))
  }

  /** One that is not yours answers as one that is not there. */
  private async ownLoad(id: string, caller: Caller): Promise<LoadProgress> {
    requirePurpose(caller)
    const load = uuid.test(id) ? await this.loads.progress(id) : undefined
    if (!load || (load.agency_id !== caller.agencyId && !isSteward(caller))) throw new Problem('NOT_FOUND')
    return load
  }
}

function formatIn(mediaType = ''): BulkFormat {
  const format = formats[mediaType.split(';')[0]?.trim().toLowerCase() ?? '']
  if (!format) throw new Problem('MEDIA_TYPE')
  return format
}

function bytesIn(body: unknown): Buffer {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new Problem('MALFORMED')
  return body
}

/** These doors take no parameters: whoever gives one expects what is not done. */
function refuseQuery(query: unknown): void {
  const names = Object.keys(query ?? {}).slice(0, faultsAtMost)
  const errors = names.map((name) => ({ pointer: `#/${inPointer(name)}`.slice(0, 200), code: 'FIELD_UNKNOWN' }))
  if (errors.length > 0) throw new Problem('MALFORMED', undefined, { errors })
}

function isSteward({ agencyKind, role }: Caller): boolean {
  return agencyKind === 'hub' && role === 'data-steward'
}
