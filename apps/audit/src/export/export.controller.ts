import { Controller, Get, Header, Query } from '@nestjs/common'
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { actorHeader, CurrentCaller } from '#libs/service'
import { exportPageSchema, ExportQueryDto } from './export.dto.js'
import { ExportRecords, type ExportPage } from './export-records.js'

const usual = 500
const most = 2_000

@ApiTags('Access log')
@Controller('v1/access-records')
export class ExportController {
  constructor(private readonly records: ExportRecords) {}

  @Get()
  @ApiHeader(actorHeader)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Published access records, a stretch of the log at a time: your own agency’s; for auditors, anybody’s.',
    description:
      'Open halves alone, with all that their commitments are made from: `waymark verify fsck --rows`, `diff` and `reconcile` compare them with the log and with your own. A page may be empty and not the last: go on at `next` until it is null.',
  })
  @ApiOkResponse({ description: 'Records, and where the next page begins.', schema: exportPageSchema })
  page(
    @Query() { entry, limit, agency, from, to }: ExportQueryDto,
    @CurrentCaller() caller: Caller,
  ): Promise<ExportPage> {
    return this.records.page(caller, {
      entry: Number(entry ?? '0'),
      limit: Math.min(Number(limit ?? usual), most),
      ...(agency !== undefined && { agencyId: agency }),
      ...(from !== undefined && { from }),
      ...(to !== undefined && { to }),
    })
  }
}
