import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsArray, IsBoolean, IsObject, IsOptional, IsString } from 'class-validator'

const anObject = { type: 'object', additionalProperties: true } as const

/** A list of an agency's own records. */
export class ReconciliationDto {
  @ApiProperty({
    ...{ type: 'array', items: anObject, maxItems: 500 },
    description: 'Each as POST /v1/resolve takes it, with sourceRecordId.',
  })
  @IsArray()
  records!: object[]

  @ApiPropertyOptional({ description: 'The list is all you have: what it leaves out is told.' })
  @IsOptional()
  @IsBoolean()
  isComplete?: boolean

  @ApiPropertyOptional({ description: 'Must agree with Waymark-Purpose where both are given.' })
  @IsOptional()
  @IsString()
  purpose?: string
}

/** The list beside what is known. */
export class ReconciliationReportDto {
  @ApiProperty({ type: 'array', items: anObject, description: 'sourceRecordId, outcome, fields, addresses, uci.' })
  @IsArray()
  records!: object[]

  @ApiProperty({ ...anObject, description: 'How many of each outcome.' })
  @IsObject()
  counts!: object

  @ApiPropertyOptional({
    ...anObject,
    description: 'count, and up to 200 ucis, of children only your earlier records name.',
  })
  @IsOptional()
  @IsObject()
  missingThere?: object

  @ApiProperty({ ...anObject, description: 'Of each field, in how many of a thousand records it is given.' })
  @IsObject()
  quality!: object

  @ApiProperty(anObject)
  @IsObject()
  accessReceipt!: object
}
