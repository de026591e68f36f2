declare module 'talisman/metrics/jaro-winkler.js' {
  const similarity: (left: string, right: string) => number
  export = similarity
}
declare module 'talisman/metrics/damerau-levenshtein.js' {
  const distance: (left: string, right: string) => number
  export = distance
}
