/** What went wrong that is no fault of the program: a sentence for whoever typed the command, and the exit code. */
interface Reason {
  readonly text: string
  readonly exitCode: number
}

const wrongUse = 2
const failed = 1

/** What the system says of files, in words. */
const ofFiles: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EACCES: 'must not be read or written by this user',
  EPERM: 'must not be read or written by this user',
  EISDIR: 'is a folder',
  ENOTDIR: 'is not in a folder, or is none',
  EEXIST: 'is there already, and is no folder',
  EROFS: 'is on a disk that cannot be written',
  ENOSPC: 'cannot be written: the disk is full',
}

/** Errors that say for themselves what is wrong, by their code. */
const saidInWords: ReadonlySet<string> = new Set(['CONNECTION_UNUSABLE'])

/** @returns undefined for what only its stack can explain */
export function reasonOf(error: unknown): Reason | undefined {
  if (!isError(error)) return undefined
  const code = codeOf(error)
  if (saidInWords.has(code)) return { text: error.message, exitCode: wrongUse }
  const words = ofFiles[code]
  if (words !== undefined) return { text: `${pathOf(error)} ${words}`, exitCode: wrongUse }
  if (isUnreached(error)) return { text: 'The hub cannot be reached; npm start runs one', exitCode: failed }
  return undefined
}

/** Errors of the system are of another realm where a test runs. */
function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error
}

function codeOf(error: Error): string {
  return 'code' in error ? String(error.code) : ''
}

/** Reading a folder as a file names none. */
function pathOf(error: Error): string {
  return 'path' in error && typeof error.path === 'string' ? error.path : 'What was named as a file'
}

/** As `fetch` says it of an address that nobody answers at. */
function isUnreached({ message }: Error): boolean {
  return message === 'fetch failed'
}
