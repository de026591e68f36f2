import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsArray, IsBoolean, IsIn, IsObject, IsOptional, IsString } from 'class-validator'

const anObject = { type: 'object', additionalProperties: true } as const

/** A decision made again. */
export class ReplayDto {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  decisionId!: string

  @ApiProperty({ description: 'sha256 of the model that decided.' })
  @IsString()
  modelHash!: string

  @ApiProperty({ description: 'What is stored is what was signed.' })
  @IsBoolean()
  isSigned!: boolean

  @ApiProperty({ description: 'Levels, milli-bits and chances come out as they are stored.' })
  @IsBoolean()
  agrees!: boolean

  @ApiPropertyOptional({
    enum: ['inputs-gone', 'model-gone', 'normaliser-gone'],
    description: 'Why it could not be made again.',
  })
  @IsOptional()
  @IsIn(['inputs-gone', 'model-gone', 'normaliser-gone'])
  because?: string

  @ApiProperty(anObject)
  @IsObject()
  explanation!: object

  @ApiPropertyOptional(anObject)
  @IsOptional()
  @IsObject()
  again?: object

  @ApiProperty(anObject)
  @IsObject()
  accessReceipt!: object
}

/** A question of what would be. */
export class WhatIfDto {
  @ApiProperty({ ...anObject, description: 'As POST /v1/resolve takes it; source, id and time are not needed.' })
  @IsObject()
  record!: object

  @ApiPropertyOptional({ description: 'sha256 of a model on file; else the one that decides now.' })
  @IsOptional()
  @IsString()
  model?: string

  @ApiPropertyOptional({ ...anObject, description: 'By comparison and level: {m, s} in milli-bits.' })
  @IsOptional()
  @IsObject()
  weights?: object
}

/** What would be. */
export class WhatIfAnswerDto {
  @ApiProperty({ enum: ['link', 'register', 'review'] })
  @IsIn(['link', 'register', 'review'])
  outcome!: string

  @ApiProperty({ type: 'array', items: anObject, description: 'uci, and chances in thousandths.' })
  @IsArray()
  candidates!: object[]

  @ApiProperty(anObject)
  @IsObject()
  explanation!: object

  @ApiProperty(anObject)
  @IsObject()
  accessReceipt!: object
}
