import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Where the files of a log are read from: an address, or a folder that holds a copy. */
export interface LogFiles {
  /** @throws when the file is not there */
  read(path: string): Promise<Buffer>
}

/** Opens a log at an address (`http…`) or in a folder. */
export function openLog(place: string | undefined): LogFiles {
  if (place === undefined) throw new Error('--log is not given; see waymark verify --help')
  return /^https?:\/\//.test(place)
    ? overHttp(place.replace(/\/?$/, '/'))
    : { read: (path) => readFile(join(place, path)) }
}

function overHttp(address: string): LogFiles {
  return {
    async read(path) {
      const answer = await fetch(address + path)
      if (!answer.ok) throw new Error(`${path}: the log answered ${answer.status}`)
      return Buffer.from(await answer.arrayBuffer())
    },
  }
}
