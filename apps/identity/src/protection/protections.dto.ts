import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger'
import { IsIn, IsObject, IsOptional, IsString, Length } from 'class-validator'

/** Describes the body; `read-resolve-request.ts` checks it. */
export class ProtectDto {
  @ApiProperty({ enum: ['location-hidden', 'existence-hidden'] })
  @IsIn(['location-hidden', 'existence-hidden'])
  level!: string

  @ApiProperty({ maxLength: 500 })
  @IsString()
  reason!: string

  @ApiProperty({ format: 'date' })
  @IsString()
  reviewOn!: string

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'uci, or identifiers and demographics.' })
  @IsObject()
  child!: object

  @ApiPropertyOptional({ description: 'Must agree with Waymark-Purpose where both are given.' })
  @IsOptional()
  @IsString()
  purpose?: string
}

export class LiftDto {
  @ApiProperty({ maxLength: 500 })
  @IsString()
  @Length(1, 500)
  reason!: string
}

/** What the guardian desk is told. */
export class ProtectedDto {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  protectionId!: string

  @ApiProperty({ type: 'object', additionalProperties: true, allOf: [{ $ref: '#/components/schemas/AccessReceipt' }] })
  @IsObject()
  accessReceipt!: object
}
