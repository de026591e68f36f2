import { registerEnumType } from '@nestjs/graphql'

export const NamePart = { GIVEN: 'GIVEN', FAMILY: 'FAMILY' } as const
export type NamePart = (typeof NamePart)[keyof typeof NamePart]
registerEnumType(NamePart, { name: 'NamePart' })
