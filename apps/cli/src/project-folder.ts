import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const marker = 'schemas/kidsbench'

/** The folder of the clone: the nearest above this file that has schemas, compiled or not. @throws where there is none */
export function projectFolder(): string {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder))
    if (existsSync(join(folder, marker))) return folder
  throw new Error('The program lies in no clone of the project')
}
