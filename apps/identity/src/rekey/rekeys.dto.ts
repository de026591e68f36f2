import { ApiProperty } from '@nestjs/swagger'
import { IsArray, IsIn, IsOptional, IsString, Matches } from 'class-validator'

/** The query of the worklist; text, as queries are. */
export class RekeysQueryDto {
  @ApiProperty({ required: false, minimum: 1, maximum: 500, default: 100, description: 'How many at most.' })
  @IsOptional()
  @IsString()
  @Matches(/^[1-9][0-9]{0,3}$/)
  limit?: string

  @ApiProperty({ required: false, format: 'uuid', description: '`next` of the page before.' })
  @IsOptional()
  @IsString()
  @Matches(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  after?: string

  @ApiProperty({ required: false, enum: ['all'], description: 'Also those that you have confirmed.' })
  @IsOptional()
  @IsIn(['all'])
  show?: string
}

/** An item of the worklist. */
export class RekeyDto {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  id!: string

  @ApiProperty({ format: 'uuid', description: 'One change makes an item a record that moved.' })
  @IsString()
  changeId!: string

  @ApiProperty({ enum: ['merged', 'superseded', 'split', 'mislinked'] })
  @IsString()
  kind!: string

  @ApiProperty({ enum: ['open', 'sent', 'confirmed', 'overdue'] })
  @IsString()
  state!: string

  @ApiProperty({ description: 'What your record has now, as XXXX-XXXX-XX.' })
  @IsString()
  oldUci!: string

  @ApiProperty({ description: 'What it is to have. Which of two children a record is of, `POST /v1/resolve` tells.' })
  @IsString()
  newUci!: string

  @ApiProperty({ format: 'date-time' })
  @IsString()
  openedAt!: string

  @ApiProperty({ format: 'date-time', description: 'The end of the fifth working day.' })
  @IsString()
  dueAt!: string

  @ApiProperty({ required: false, format: 'date-time' })
  @IsOptional()
  @IsString()
  confirmedAt?: string
}

/** A record that its agency is asked about. */
export class RecordQuestionDto {
  @ApiProperty({ format: 'uuid' })
  @IsString()
  id!: string

  @ApiProperty({ description: 'The child that your record is linked to now.' })
  @IsString()
  uci!: string

  @ApiProperty({ format: 'date-time' })
  @IsString()
  askedUntil!: string
}

/** The worklist of an agency. */
export class RekeysDto {
  @ApiProperty({ type: () => RekeyDto, isArray: true })
  @IsArray()
  items!: RekeyDto[]

  @ApiProperty({
    type: () => RecordQuestionDto,
    isArray: true,
    description: 'Whether these records are right, a person must know: send them again, with what you can add.',
  })
  @IsArray()
  questions!: RecordQuestionDto[]

  @ApiProperty({ required: false, format: 'uuid', description: 'Give it as `after` to read on.' })
  @IsOptional()
  @IsString()
  next?: string
}
