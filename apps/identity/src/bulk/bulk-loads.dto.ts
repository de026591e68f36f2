import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsBoolean, IsIn, IsInt, IsNumber, IsObject, IsOptional, IsString } from 'class-validator'

/** What whoever posts a file is told at once. */
export class BulkAcceptedDto {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  id!: string

  @ApiProperty({ enum: ['received'] })
  @IsIn(['received'])
  state!: 'received'

  @ApiProperty({ type: 'object', additionalProperties: true, allOf: [{ $ref: '#/components/schemas/AccessReceipt' }] })
  @IsObject()
  accessReceipt!: object
}

/** How far a file is. */
export class BulkProgressDto {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  id!: string

  @ApiProperty({ enum: ['received', 'resolving', 'done'] })
  @IsIn(['received', 'resolving', 'done'])
  state!: string

  @ApiProperty({ description: 'The file ended in the middle; what came before is taken.' })
  @IsBoolean()
  isBroken!: boolean

  @ApiProperty({ description: 'Lines read.' })
  @IsInt()
  received!: number

  @ApiProperty({ description: 'Records that could be read.' })
  @IsInt()
  staged!: number

  @ApiProperty()
  @IsInt()
  resolved!: number

  @ApiProperty({ description: 'Linked or registered: the two look alike, as in POST /v1/resolve.' })
  @IsInt()
  identified!: number

  @ApiProperty({ description: 'A person looks at them; each has a UCI meanwhile.' })
  @IsInt()
  provisional!: number

  @ApiProperty({ description: 'Came before, the same to the letter; nothing was done twice.' })
  @IsInt()
  known!: number

  @ApiProperty({ description: 'Lines that are no record; see /rejected.' })
  @IsInt()
  rejected!: number

  @ApiPropertyOptional({ description: 'For the data steward alone.' })
  @IsOptional()
  @IsInt()
  linked?: number

  @ApiPropertyOptional({ description: 'For the data steward alone.' })
  @IsOptional()
  @IsInt()
  registered?: number

  @ApiPropertyOptional({ description: 'Records a second.' })
  @IsOptional()
  @IsNumber()
  rate?: number

  @ApiPropertyOptional({ description: 'Seconds until all are resolved, at that rate.' })
  @IsOptional()
  @IsInt()
  etaSeconds?: number

  @ApiProperty({ format: 'date-time' })
  @IsString()
  receivedAt!: string

  @ApiPropertyOptional({ format: 'date-time' })
  @IsOptional()
  @IsString()
  finishedAt?: string
}
