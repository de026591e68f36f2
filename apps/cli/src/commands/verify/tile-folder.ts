import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DoesNotHold } from './finding.js'

/** Where the files of a log are read from: an address, or a folder that holds a copy. */
export interface LogFiles {
  /** @throws DoesNotHold when the log has no such file */
  read(path: string): Promise<Buffer>
}

/** Opens a log at an address (`http…`) or in a folder. */
export function openLog(place: string | undefined): LogFiles {
  if (place === undefined) throw new Error('--log is not given; see waymark verify --help')
  return /^https?:\/\//.test(place) ? overHttp(place.replace(/\/?$/, '/')) : inFolder(place)
}

function inFolder(folder: string): LogFiles {
  return {
    async read(path) {
      try {
        return await readFile(join(folder, path))
      } catch (error) {
        throw isAbsent(error) ? missing(path) : error
      }
    },
  }
}

function overHttp(address: string): LogFiles {
  return {
    async read(path) {
      const answer = await fetch(address + path)
      if (answer.status === 404) throw missing(path)
      if (!answer.ok) throw new Error(`${path}: the log answered ${answer.status}`)
      return Buffer.from(await answer.arrayBuffer())
    },
  }
}

function missing(path: string): DoesNotHold {
  return new DoesNotHold(`the log has no ${path}`)
}

/** Errors of the system are of another realm where a test runs. */
function isAbsent(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT'
}
