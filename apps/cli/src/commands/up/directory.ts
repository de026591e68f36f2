import { readFile } from 'node:fs/promises'

/** The agencies of the demonstration. */
export const directoryFile = 'deploy/demo/directory.json'

export interface Agreement {
  readonly id: string
  readonly version: number
  readonly body: {
    readonly purposes: Readonly<Record<string, unknown>>
    readonly actions: readonly string[]
    readonly operations: readonly string[]
  }
}

export interface Client {
  readonly clientId: string
  readonly role?: string
  /** Of this client alone; else the agency's. */
  readonly agreement?: Agreement
}

export interface Agency {
  readonly id: string
  readonly kind: string
  readonly organisation: { readonly system: string; readonly value: string }
  readonly clients: readonly Client[]
  readonly agreement?: Agreement
}

export interface Directory {
  readonly agencies: readonly Agency[]
}

export async function readDirectory(): Promise<Directory> {
  return JSON.parse(await readFile(directoryFile, 'utf8')) as Directory
}
