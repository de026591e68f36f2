import { ApiProperty } from '@nestjs/swagger'
import { IsISO8601, IsOptional, IsString, Matches } from 'class-validator'

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/

/** The query of an export; text, as queries are. */
export class ExportQueryDto {
  @ApiProperty({ required: false, minimum: 0, default: 0, description: 'The first entry of the log to look at.' })
  @IsOptional()
  @IsString()
  @Matches(/^(?:0|[1-9][0-9]{0,14})$/)
  entry?: string

  @ApiProperty({
    required: false,
    ...{ minimum: 1, maximum: 2000, default: 500 },
    description: 'How many entries to look at; those that are not wanted count.',
  })
  @IsOptional()
  @IsString()
  @Matches(/^[1-9][0-9]{0,3}$/)
  limit?: string

  @ApiProperty({ required: false, description: 'Only what this agency did; without it your own, or at the hub all.' })
  @IsOptional()
  @IsString()
  @Matches(/^[a-z][A-Za-z0-9-]{2,39}$/)
  agency?: string

  @ApiProperty({ required: false, format: 'date-time', description: 'From this instant on, UTC.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(instant)
  from?: string

  @ApiProperty({ required: false, format: 'date-time', description: 'Before this instant, UTC.' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Matches(instant)
  to?: string
}

const hex = (bytes: number) => ({ type: 'string', pattern: `^[0-9a-f]{${String(bytes * 2)}}$` })
const text = { type: 'string' }
const place = { type: 'integer', minimum: 0 }
const closed = <P extends object>(properties: P) => ({
  ...{ type: 'object', additionalProperties: false, required: Object.keys(properties) },
  properties,
})

/** What an export answers with. */
export const exportPageSchema = closed({
  records: {
    type: 'array',
    items: closed({
      id: { type: 'string', format: 'uuid' },
      entry: { ...place, description: 'Its place in the log, from 0.' },
      at: { type: 'string', format: 'date-time' },
      kind: text,
      service: { ...text, description: 'The program that recorded it.' },
      salt1: hex(16),
      commitment: { ...hex(32), description: 'SHA-256 of salt1 and the open half: what the log holds.' },
      outer: {
        ...text,
        nullable: true,
        description: 'The open half as JSON text, innerHash included; null where it can no longer be opened.',
      },
      state: { ...text, enum: ['intact', 'erased', 'altered'] },
    }),
  },
  next: { ...place, nullable: true, description: 'Where the next page begins; null at the end.' },
  size: { ...place, description: 'Entries published so far.' },
})
