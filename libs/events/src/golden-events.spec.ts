import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from '@jest/globals'
import { codeLists, postedSchemas, sharedSchemas } from './catalogue.generated.js'
import { checkBasis } from './check-basis.js'
import type { PostedEvent } from './envelope.js'
import { eventTypes, fullType, shortType } from './event-type.js'
import { checkAgainstSchema } from './schema-check.js'
import { validatePosted } from './validate-posted.js'

const folder = 'schemas/events'
const now = new Date('2026-11-21T09:00:00Z')

function read(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'))
}

const golden = readdirSync(`${folder}/golden`).flatMap((short) =>
  readdirSync(`${folder}/golden/${short}`).map((file) => ({
    name: `${short}/${file}`,
    short,
    event: read(`${folder}/golden/${short}/${file}`) as PostedEvent,
  })),
)
const posted = golden.filter(({ short }) => !short.startsWith('hub.'))

describe('golden events', () => {
  it('cover every type of the catalogue, 26 of which agencies post', () => {
    const types = [...eventTypes.values()]
    expect(types.filter(({ postedBy }) => postedBy !== 'hub')).toHaveLength(26)
    const covered = new Set(golden.map(({ short }) => short))
    expect(types.map((info) => info.shortType).filter((short) => !covered.has(short))).toEqual([])
  })

  it.each(posted)('$name is accepted, keeps its value and has a lawful basis', ({ event }) => {
    expect(validatePosted(event, { now })).toEqual({ ok: true, event, notices: [] })
    expect(checkBasis(event, now, 'council' === event.type.split('.')[2] ? undefined : kindOf(event))).toEqual([])
  })

  it.each(golden.filter(({ short }) => /^hub\.(handover|event|delivery)/.test(short)))(
    '$name fits its schema, and nobody may post it',
    ({ event }) => {
      expect(checkAgainstSchema(event, event.type, 'posted')).toEqual([])
      expect(validatePosted(event, { now })).toMatchObject({ ok: false, code: 'TYPE_UNKNOWN' })
    },
  )
})

function kindOf(event: PostedEvent): 'school' | 'nhs' | 'police' | 'housing' {
  const kind = event.type.split('.')[2]
  return kind === 'nhs' || kind === 'police' || kind === 'housing' ? kind : 'school'
}

describe('the schemas', () => {
  it('are embedded as the files have them', () => {
    const embedded = [...sharedSchemas, ...postedSchemas]
    for (const schema of embedded) {
      const name = (schema['$id'] as string).split('/').at(-1) ?? ''
      expect(schema).toEqual(read(`${folder}/${name}`))
    }
    for (const list of codeLists) expect(list).toEqual(read(`schemas/codes/${list['list'] as string}.json`))
  })

  it('state the field group of every property of a body', () => {
    for (const { type, fields } of eventTypes.values()) {
      for (const [name, { group }] of fields)
        expect([type, name, group]).toEqual([type, name, expect.stringMatching(/^(core|[srlpn]|stays)$/)])
    }
  })

  it('list the codes that schemas/codes lists, no more and no fewer', () => {
    const lists = new Map(
      codeLists.map((list) => [list['list'], (list['codes'] as { code: string }[]).map(({ code }) => code)]),
    )
    const used = findCodeLists([...sharedSchemas, ...postedSchemas])
    expect(used.length).toBeGreaterThan(10)
    for (const { list, codes } of used) expect({ list, codes }).toEqual({ list, codes: lists.get(list) })
  })

  it('name each type after the kind that posts it', () => {
    for (const [full, info] of eventTypes) {
      expect(full.split('.')[2]).toBe(info.postedBy)
      expect(fullType(shortType(full))).toBe(full)
    }
  })
})

interface UsedList {
  readonly list: string
  readonly codes: readonly unknown[]
}

function findCodeLists(node: unknown): readonly UsedList[] {
  if (Array.isArray(node)) return node.flatMap(findCodeLists)
  if (typeof node !== 'object' || node === null) return []
  const { 'x-code-list': list, enum: codes } = node as { 'x-code-list'?: string; enum?: readonly unknown[] }
  const own = list === undefined ? [] : [{ list, codes: (codes ?? []).filter((code) => code !== null) }]
  return [...own, ...Object.values(node).flatMap(findCodeLists)]
}
