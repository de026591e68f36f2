import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Remembered } from '#libs/tlog'

/** The last checkpoint a witness cosigned, on disk before the cosignature leaves. */
export interface WitnessMemory {
  read(): Remembered | undefined
  write(remembered: Remembered): void
}

/** Opens the memory in a folder of the witness's own, and makes the folder. */
export function openMemory(folder: string): WitnessMemory {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, 'cosigned.json')
  let remembered = existsSync(file) ? decode(readFileSync(file, 'utf8')) : undefined
  return {
    read: () => remembered,
    write(next) {
      const text = JSON.stringify({ size: next.size, root: next.root.toString('base64') })
      writeWhole(file, text)
      remembered = next
    },
  }
}

function decode(text: string): Remembered {
  const { size, root } = JSON.parse(text) as { size: number; root: string }
  return { size, root: Buffer.from(root, 'base64') }
}

function writeWhole(file: string, text: string): void {
  const handle = openSync(`${file}.new`, 'w', 0o600)
  writeSync(handle, text)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(`${file}.new`, file)
  keepNameOf(file)
}

/** A name is durable with its folder: else a machine that loses its power may wake with the checkpoint before. */
function keepNameOf(file: string): void {
  const folder = openSync(dirname(file), 'r')
  fsyncSync(folder)
  closeSync(folder)
}
