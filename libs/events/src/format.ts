const dayForm = /^(\d{4})-(\d{2})-(\d{2})$/
const instantForm = /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/
/** No calendar has a year 0 and no form of ours five digits; an offset may lead to either. */
const firstMs = Date.parse('0001-01-01T00:00:00Z')
const lastMs = Date.parse('9999-12-31T23:59:59.999Z')
const uuidForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
const control = /[\p{Cc}\p{Co}\p{Cs}\u2028\u2029]/u

/** Whether a text is a day that exists, as `YYYY-MM-DD`. */
function isDay(text: string): boolean {
  const match = dayForm.exec(text)
  if (!match) return false
  const read = new Date(`${text}T00:00:00Z`)
  return read.getTime() >= firstMs && read.toISOString().startsWith(text)
}

/** Whether a text is an instant of RFC 3339, on a day that exists; leap seconds and offsets of 16 hours are nowhere kept. */
export function isInstant(text: string): boolean {
  const match = instantForm.exec(text)
  if (match?.[1] === undefined || !isDay(match[1])) return false
  const ms = Date.parse(text)
  return ms >= firstMs && ms <= lastMs
}

/** The formats that the schemas name; `text` and `name` are ours, and unknown to other validators. */
export const formats = {
  date: isDay,
  'date-time': isInstant,
  uuid: uuidForm,
  uri: (text: string) => URL.canParse(text),
  text: (text: string) => !hasControl(text),
  name: (text: string) => !hasControl(text) && !hasWildcard(text),
}

/** Whether a text holds characters nobody types; line ends and tabs are typed. */
export function hasControl(text: string): boolean {
  return control.test(text.replace(/[\n\r\t]/g, ''))
}

/** Whether a name holds a sign that searches, not names. */
function hasWildcard(text: string): boolean {
  return /[*?]/.test(text)
}
