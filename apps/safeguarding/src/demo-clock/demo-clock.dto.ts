import { ApiProperty } from '@nestjs/swagger'
import { Matches } from 'class-validator'

/** How far the hub's clock is to be moved forward. */
export class AdvanceDto {
  @ApiProperty({
    description: 'ISO 8601 duration in weeks, days, hours, minutes and seconds, such as P11D.',
    example: 'P11D',
  })
  @Matches(/^P(?=\d|T\d)(\d{1,3}W)?(\d{1,3}D)?(T(?=\d)(\d{1,4}H)?(\d{1,5}M)?(\d{1,6}S)?)?$/)
  advance!: string
}
