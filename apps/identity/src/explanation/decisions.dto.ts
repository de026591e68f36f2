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

  @ApiProperty({
    description: 'Milli-bits and chances, and from the records the levels too, come out as they are stored.',
  })
  @IsBoolean()
  agrees!: boolean

  @ApiPropertyOptional({
    enum: ['records', 'levels'],
    description:
      'What it was made again from; levels: what is stored follows from its levels by its model, and whether the records reach them is not shown.',
  })
  @IsOptional()
  @IsIn(['records', 'levels'])
  from?: string

  @ApiPropertyOptional({
    enum: ['inputs-gone', 'normaliser-gone', 'model-gone'],
    description:
      'Why not from the records: they were erased or rewritten, or another normaliser read them; or why not at all: the model is not on file.',
  })
  @IsOptional()
  @IsIn(['inputs-gone', 'normaliser-gone', 'model-gone'])
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
