import { totalmem } from 'node:os'

const fewestMiB = 128
const mostMiB = 1024
const share = 1 / 16

/**
 * How much of what is stored the server keeps at hand (`shared_buffers`), in MiB.
 *
 * PostgreSQL's own 128 MiB hold neither the indexes of some hundred thousand children nor a minute of events: sessions then write
 * pages out to make room. A quarter of the memory is usual where the server has a machine for itself; this one shares it with the
 * broker and all programs.
 */
export function bufferMiB(memory: number): number {
  return Math.min(mostMiB, Math.max(fewestMiB, Math.floor((memory * share) / 2 ** 20)))
}

/** What this machine, or the container around this process, may use; in bytes. */
export function memoryBytes(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity)
}
