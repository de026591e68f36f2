import { describe, expect, it } from '@jest/globals'
import { dayOneModel } from '#libs/matching'
import { Teacher, type TeacherParts } from './teacher.js'

describe('learning', () => {
  it('that fails is told of, makes no draft, and may be begun again', async () => {
    const away = new Error('the database is away')
    const drafts: string[] = []
    const parts = {
      database: { query: () => Promise.reject(away) },
      models: { addDraft: (_: object, by: string) => Promise.resolve(drafts.push(by)) },
    } as unknown as TeacherParts
    const [teacher, failures] = [new Teacher(parts), [] as unknown[]]
    teacher.whenFailed((error) => failures.push(error))
    expect(teacher.begin(dayOneModel, 's-1')).toBe(true)
    expect(teacher.begin(dayOneModel, 's-2')).toBe(false)
    await expect(teacher.finished()).rejects.toBe(away)
    expect(failures).toEqual([away])
    expect(drafts).toEqual([])
    expect(teacher.begin(dayOneModel, 's-2')).toBe(true)
    await expect(teacher.finished()).rejects.toBe(away)
  })
})
