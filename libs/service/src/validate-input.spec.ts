import { describe, expect, it } from '@jest/globals'
import { IsOptional, IsString, Length } from 'class-validator'
import { Problem } from './problem.js'
import { inputPipe } from './validate-input.js'

class Lift {
  @IsString()
  @Length(1, 10)
  reason!: string

  @IsOptional()
  @IsString()
  after?: string
}

const read = (value: unknown): Promise<unknown> => inputPipe().transform(value, { type: 'body', metatype: Lift })

const statusOfQuery = (value: unknown): Promise<unknown> =>
  inputPipe()
    .transform(value, { type: 'query', metatype: Lift })
    .catch((error: unknown) => (error instanceof Problem ? error.code : error))

async function faultsOf(value: unknown): Promise<unknown> {
  try {
    return await read(value)
  } catch (error) {
    return error instanceof Problem ? error.errors : error
  }
}

describe('an input of a door', () => {
  it('has no null where a member may be left out', async () => {
    expect(Object.entries((await read({ reason: 'x', after: null })) as object)).toEqual([['reason', 'x']])
  })

  it('is refused where a member that is needed is null, of another type or size, or unknown', async () => {
    expect(await faultsOf({ reason: null })).toEqual([{ pointer: '#/reason', code: 'FIELD_SIZE' }])
    expect(await faultsOf({ reason: 5 })).toEqual([{ pointer: '#/reason', code: 'FIELD_SIZE' }])
    expect(await faultsOf({})).toEqual([{ pointer: '#/reason', code: 'FIELD_REQUIRED' }])
    expect(await faultsOf({ reason: 'x', other: null })).toEqual([{ pointer: '#/other', code: 'FIELD_UNKNOWN' }])
  })

  it('is malformed where it is a query', async () => {
    expect(await statusOfQuery({ reason: '' })).toBe('MALFORMED')
  })

  it('stays as it came where no class describes it', async () => {
    const body = { purpose: null }
    expect(await inputPipe().transform(body, { type: 'body', metatype: Object })).toBe(body)
  })
})
