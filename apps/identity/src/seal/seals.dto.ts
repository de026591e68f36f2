import { ApiProperty } from '@nestjs/swagger'
import { IsISO8601, IsOptional, IsString, Length, Matches } from 'class-validator'

export class SealDto {
  @ApiProperty({ description: 'The identifier the child was born with.' })
  @IsString()
  @Length(1, 40)
  uci!: string

  @ApiProperty({
    required: false,
    description: 'The new one, if it is known: sealed to the guardian desk, readable by nobody else.',
  })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  successor?: string

  @ApiProperty({ maxLength: 500 })
  @IsString()
  @Length(1, 500)
  reason!: string

  @ApiProperty({ format: 'date' })
  @IsISO8601({ strict: true })
  @Matches(/^\d{4}-\d{2}-\d{2}$/)
  reviewOn!: string
}

export class ReversalDto {
  @ApiProperty({ maxLength: 500 })
  @IsString()
  @Length(1, 500)
  reason!: string
}
