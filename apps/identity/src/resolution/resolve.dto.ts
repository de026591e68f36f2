import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsArray, IsIn, IsObject, IsOptional, IsString } from 'class-validator'

const objects = { type: 'array', items: { type: 'object' } } as const

/** Describes the body; `read-resolve-request.ts` checks it, since a malformed field is 400 here and 422 elsewhere. */
export class ResolveRequestDto {
  @ApiPropertyOptional({ enum: ['register', 'find'], default: 'register' })
  @IsOptional()
  @IsIn(['register', 'find'])
  mode?: 'register' | 'find'

  @ApiPropertyOptional({ description: 'urn:waymark:agency:<your agency id>; required to register.' })
  @IsOptional()
  @IsString()
  source?: string

  @ApiPropertyOptional({ description: 'Your own id for the record; required to register.' })
  @IsOptional()
  @IsString()
  sourceRecordId?: string

  @ApiPropertyOptional({ format: 'date-time', description: 'When you recorded it; required to register.' })
  @IsOptional()
  @IsString()
  recordedAt?: string

  @ApiPropertyOptional({ description: 'Must agree with Waymark-Purpose where both are given.' })
  @IsOptional()
  @IsString()
  purpose?: string

  @ApiPropertyOptional({ ...objects, description: 'use, given, family, from, to; given or family at least.' })
  @IsOptional()
  @IsArray()
  names?: object[]

  @ApiPropertyOptional({ format: 'date' })
  @IsOptional()
  @IsString()
  bornOn?: string

  @ApiPropertyOptional({ format: 'date' })
  @IsOptional()
  @IsString()
  expectedOn?: string

  @ApiPropertyOptional({ enum: ['female', 'male', 'indeterminate', 'unknown'] })
  @IsOptional()
  @IsString()
  sex?: string

  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: false,
    properties: { order: { type: 'integer' }, of: { type: 'integer' } },
  })
  @IsOptional()
  @IsObject()
  birthOrder?: object

  @ApiPropertyOptional({ ...objects, description: 'lines, postcode, uprn, from, to; one of the first three at least.' })
  @IsOptional()
  @IsArray()
  addresses?: object[]

  @ApiPropertyOptional({ ...objects, description: 'system, value, verified, status, validFrom, validTo.' })
  @IsOptional()
  @IsArray()
  identifiers?: object[]

  @ApiPropertyOptional({ ...objects, description: 'role, given, family, bornOn, nhsNumber.' })
  @IsOptional()
  @IsArray()
  parents?: object[]

  @ApiPropertyOptional({
    ...objects,
    description: 'kind (phone, email) and value: the household, never the child alone.',
  })
  @IsOptional()
  @IsArray()
  contacts?: object[]

  @ApiPropertyOptional({ example: 'A81001', description: 'ODS code of the general practice of the child.' })
  @IsOptional()
  @IsString()
  practice?: string
}

/** What the caller is told. */
export class ResolveAnswerDto {
  @ApiProperty({ enum: ['identified', 'provisional', 'found', 'none', 'many'] })
  @IsIn(['identified', 'provisional', 'found', 'none', 'many'])
  outcome!: string

  @ApiPropertyOptional({ example: '99MJ-YZXT-0T' })
  @IsOptional()
  @IsString()
  uci?: string

  @ApiPropertyOptional({ enum: ['active', 'provisional'] })
  @IsOptional()
  @IsString()
  status?: string

  @ApiPropertyOptional()
  @IsOptional()
  @IsString()
  decisionId?: string

  /** For data stewards only. */
  @ApiPropertyOptional({ enum: ['linked', 'registered', 'repeated'] })
  @IsOptional()
  @IsString()
  decision?: string

  @ApiPropertyOptional({ description: 'While a person reviews a possible match.' })
  @IsOptional()
  @IsString()
  reviewId?: string

  @ApiProperty({ ...objects, description: 'code and pointer of what was not taken as sent.' })
  @IsArray()
  notices!: object[]

  @ApiProperty({ type: 'object', additionalProperties: true, allOf: [{ $ref: '#/components/schemas/AccessReceipt' }] })
  @IsObject()
  accessReceipt!: object
}
