import { Body, Controller, Post, Res } from '@nestjs/common'
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger'
import type { FastifyReply } from 'fastify'
import type { Caller } from '#libs/security'
import { CurrentCaller, Problem, requirePurpose, type Resource } from '#libs/service'
import { bundleOf } from './match-bundle.js'
import { MatchPatient } from './match-patient.js'
import { readMatch } from './read-match.js'

const mediaType = 'application/fhir+json; charset=utf-8'
const resource = { type: 'object', additionalProperties: true } as const

@ApiTags('FHIR')
@Controller('fhir/R4/Patient')
export class MatchController {
  constructor(private readonly patients: MatchPatient) {}

  @Post('$match')
  @ApiOperation({
    summary: 'Who a patient may be (FHIR R4 Patient/$match).',
    description:
      'Parameters: resource (Patient), onlyCertainMatches, count up to 5. A searchset of patients by UCI with match-grade; ' +
      'the score of a grade is fixed: certain 1, probable .95, possible .5. Faults are an OperationOutcome.',
  })
  @ApiConsumes('application/fhir+json')
  @ApiProduces('application/fhir+json')
  @ApiBody({ schema: resource })
  @ApiOkResponse({ schema: resource })
  async match(@Body() body: unknown, @CurrentCaller() caller: Caller, @Res() reply: FastifyReply): Promise<void> {
    const answer = Buffer.from(JSON.stringify(await this.answer(body, caller)), 'utf8')
    void reply.status(200).header('content-type', mediaType).header('cache-control', 'no-store').send(answer)
  }

  private async answer(body: unknown, caller: Caller): Promise<Resource> {
    const purpose = requirePurpose(caller)
    const read = readMatch(body, Date.now())
    if (!read.ok)
      throw new Problem(read.isMalformed ? 'MALFORMED' : 'SCHEMA_INVALID', undefined, { errors: read.faults })
    const { matches, notices } = await this.patients.match(caller, purpose, read.question)
    return bundleOf(matches, notices)
  }
}
