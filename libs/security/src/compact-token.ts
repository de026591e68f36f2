/** The header of a compact JWS, read but not trusted. */
export type TokenHeader = Readonly<Record<string, unknown>>

/** A compact JWS taken apart, or why it is none. */
export type CompactToken =
  | { readonly ok: true; readonly header: TokenHeader }
  | { readonly ok: false; readonly fault: 'too-long' | 'segments' | 'encoding' | 'header' }

const longestBytes = 4096

function isCanonical(segment: string): boolean {
  return segment !== '' && Buffer.from(segment, 'base64url').toString('base64url') === segment
}

function readObject(segment: string): TokenHeader | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString('utf8'))
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TokenHeader) : undefined
  } catch {
    return undefined
  }
}

/**
 * Reads the outside of a compact JWS more strictly than libraries do: at most 4,096 bytes, exactly three segments,
 * each the one canonical base64url text of its bytes. (Bare jose takes a trailing newline and 15 other last characters
 * of one signature, so that one token would have many texts.)
 */
export function readCompactToken(text: string): CompactToken {
  if (text.length > longestBytes) return { ok: false, fault: 'too-long' }
  const segments = text.split('.')
  if (segments.length !== 3) return { ok: false, fault: 'segments' }
  if (!segments.every(isCanonical)) return { ok: false, fault: 'encoding' }
  const header = readObject(segments[0] ?? '')
  return header ? { ok: true, header } : { ok: false, fault: 'header' }
}

/** Header members by which a token could bring its own key, or change what its signature covers. */
export const forbiddenHeaders: readonly string[] = ['jku', 'x5u', 'x5c', 'x5t', 'x5t#S256', 'crit', 'b64', 'zip']
