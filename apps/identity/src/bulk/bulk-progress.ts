import type { LoadProgress } from './bulk-load.repository.js'
import type { BulkProgressDto } from './bulk-loads.dto.js'

/**
 * What is told of a load. Agencies are not told which records were linked and which registered: a child that is hidden from
 * them is registered anew.
 */
export function progressOf(
  load: LoadProgress,
  asked: { readonly nowMs: number; readonly isSteward: boolean },
): BulkProgressDto {
  const { linked, registered, provisional, known } = load
  const resolved = linked + registered + provisional + known
  const { rate, etaSeconds } = paceOf(load, resolved, asked.nowMs)
  return {
    ...{
      id: load.id,
      state: load.state,
      isBroken: load.is_broken,
      received: load.received,
      staged: load.staged,
      resolved,
    },
    ...{ identified: linked + registered, provisional, known, rejected: load.rejected },
    ...(asked.isSteward && { linked, registered }),
    ...(rate !== undefined && { rate }),
    ...(etaSeconds !== undefined && { etaSeconds }),
    receivedAt: load.created_at.toISOString(),
    ...(load.finished_at && { finishedAt: load.finished_at.toISOString() }),
  }
}

function paceOf({ staged, staged_at, finished_at }: LoadProgress, resolved: number, nowMs: number) {
  if (!staged_at || resolved === 0) return {}
  const seconds = Math.max(0.001, ((finished_at?.getTime() ?? nowMs) - staged_at.getTime()) / 1000)
  const rate = Number((resolved / seconds).toPrecision(3))
  return finished_at ? { rate } : { rate, etaSeconds: Math.ceil((staged - resolved) / rate) }
}

/** The lines that are no record, as CSV; codes and pointers hold nothing of what was sent. */
export function rejectedCsv(
  rows: readonly { readonly line: number; readonly code: string; readonly pointer: string }[],
): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`
  const lines = rows.map(({ line, code, pointer }) => `${String(line)},${code},${quoted(pointer)}\r\n`)
  return `line,code,pointer\r\n${lines.join('')}`
}
