const seen = /[^\s\p{Z}\p{Cf}\p{Default_Ignorable_Code_Point}]/u

/** Whether a text holds nothing that one sees. */
export function isBlank(text: string): boolean {
  return !seen.test(text)
}
