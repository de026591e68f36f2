import { Body, Controller, Header, HttpCode, Post } from '@nestjs/common'
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Caller } from '#libs/security'
import { CurrentCaller, requirePurpose } from '#libs/service'
import { readList } from './read-list.js'
import { Reconcile, type ReconciliationReport } from './reconcile.js'
import { ReconciliationDto, ReconciliationReportDto } from './reconciliations.dto.js'

@ApiTags('Identity')
@Controller('v1/reconciliations')
export class ReconciliationsController {
  constructor(private readonly reconciling: Reconcile) {}

  @Post()
  @HttpCode(200)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Compare a list of your own records with what is known of them.',
    description:
      'For each: no-differences, differences (with the fields that differ from what you last sent), missing-here, identifier-invalid, ' +
      'identifier-unknown, identifier-superseded (with the UCI of today) or demographics-match-another. What others sent is not shown.',
  })
  @ApiBody({ type: ReconciliationDto })
  @ApiOkResponse({ type: ReconciliationReportDto })
  async reconcile(@Body() body: unknown, @CurrentCaller() caller: Caller): Promise<ReconciliationReport> {
    const list = readList(body, Date.now())
    return this.reconciling.reconcile(caller, requirePurpose(caller, list.purpose), list)
  }
}
