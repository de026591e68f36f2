/** Letters that no decomposition takes to plain ones. */
const plain: Readonly<Record<string, string>> = {
  ...{ ł: 'l', ß: 'ss', æ: 'ae', ø: 'o', đ: 'd', ð: 'd', ı: 'i', œ: 'oe', þ: 'th', ħ: 'h', ŋ: 'ng', ŧ: 't', ĸ: 'k' },
  ...{ ɓ: 'b', ɗ: 'd', ɖ: 'd', ǝ: 'e', ə: 'e', ɛ: 'e', ɔ: 'o', ƙ: 'k', ƴ: 'y', ɣ: 'g', ɩ: 'i', ʋ: 'v' },
}

/** Cyrillic and Greek letters that look like a Latin one: in a word of Latin letters they stand for it. */
const lookAlikes: Readonly<Record<string, string>> = {
  ...{ а: 'a', в: 'b', с: 'c', ԁ: 'd', е: 'e', һ: 'h', н: 'h', і: 'i', ј: 'j', к: 'k', м: 'm', о: 'o', р: 'p', ԛ: 'q' },
  ...{ ѕ: 's', т: 't', у: 'y', ѵ: 'v', ԝ: 'w', х: 'x', г: 'r', п: 'n' },
  ...{ α: 'a', β: 'b', ε: 'e', η: 'n', ι: 'i', κ: 'k', μ: 'u', ν: 'v', ο: 'o', ρ: 'p', τ: 't', υ: 'u', χ: 'x', γ: 'y' },
}

/** Cyrillic and Greek as clerks write them in Latin letters. */
const transliterations: Readonly<Record<string, string>> = {
  ...{
    а: 'a',
    б: 'b',
    в: 'v',
    г: 'g',
    ґ: 'g',
    д: 'd',
    е: 'e',
    є: 'ie',
    ж: 'zh',
    з: 'z',
    и: 'i',
    і: 'i',
    й: 'i',
    ј: 'j',
  },
  ...{
    к: 'k',
    л: 'l',
    м: 'm',
    н: 'n',
    о: 'o',
    п: 'p',
    р: 'r',
    с: 's',
    т: 't',
    у: 'u',
    ф: 'f',
    х: 'kh',
    ц: 'ts',
    ч: 'ch',
  },
  ...{ ш: 'sh', щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'iu', я: 'ia', ђ: 'dj', љ: 'lj', њ: 'nj', ћ: 'c', џ: 'dz' },
  ...{
    α: 'a',
    β: 'v',
    γ: 'g',
    δ: 'd',
    ε: 'e',
    ζ: 'z',
    η: 'i',
    θ: 'th',
    ι: 'i',
    κ: 'k',
    λ: 'l',
    μ: 'm',
    ν: 'n',
    ξ: 'x',
  },
  ...{ ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o' },
}

/** Printable ASCII without the apostrophes: nothing of it needs to be folded. */
const onlyPlain = /^[ -&(-_a-~]*$/

/** Nobody's name is longer; what follows is left out. */
const longest = 2000

/**
 * Brings a text to lower case without marks, invisible signs and apostrophes, in Latin letters as far as Cyrillic and Greek
 * go. Other scripts stay. Never throws; doing it twice changes nothing.
 */
export function foldLetters(text: string): string {
  if (onlyPlain.test(text)) return text.slice(0, longest).toLowerCase()
  const lower = withoutMarks(text.slice(0, longest).toLowerCase()).toLowerCase()
  return withoutMarks(lower)
    .replace(/['’‘`´ʼʻ′ˈ]/gu, '')
    .replace(/[\p{L}\p{N}]+/gu, toLatin)
}

function withoutMarks(text: string): string {
  return text.normalize('NFKD').replace(/[\p{M}\p{Cf}\p{Cc}\p{Cs}]/gu, (sign) => (/\s/.test(sign) ? ' ' : ''))
}

function toLatin(word: string): string {
  const folded = word.replace(/[^a-z0-9]/gu, (letter) => plain[letter] ?? letter)
  if (/^[a-z0-9]*$/.test(folded)) return folded
  const table = /[a-z]/.test(folded) ? lookAlikes : transliterations
  return folded.replace(
    /[^a-z0-9]/gu,
    (letter) => table[letter] ?? transliterations[letter] ?? lookAlikes[letter] ?? letter,
  )
}
