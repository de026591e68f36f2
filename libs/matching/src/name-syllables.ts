import { isEastAsianToken } from './name-variants.js'

/** Syllables of Mandarin in Pinyin, initial by initial. */
const pinyin = [
  '[bpm](?:a|ai|an|ang|ao|ei|en|eng|i|ian|iao|ie|in|ing|o|ou|u)',
  'f(?:a|an|ang|ei|en|eng|o|ou|u)',
  '[dt](?:a|ai|an|ang|ao|e|ei|eng|i|ian|iao|ie|ing|iu|ong|ou|u|uan|ui|un|uo)',
  '[nl](?:a|ai|an|ang|ao|e|ei|en|eng|i|ian|iang|iao|ie|in|ing|iu|ong|ou|u|uan|ue|un|uo)',
  '[gkh](?:a|ai|an|ang|ao|e|ei|en|eng|ong|ou|u|ua|uai|uan|uang|ui|un|uo)',
  '[jqx](?:i|ia|ian|iang|iao|ie|in|ing|iong|iu|u|uan|ue|un)',
  '(?:zh|ch|sh|r)(?:a|ai|an|ang|ao|e|ei|en|eng|i|ong|ou|u|ua|uai|uan|uang|ui|un|uo)',
  '[zcs](?:a|ai|an|ang|ao|e|ei|en|eng|i|ong|ou|u|uan|ui|un|uo)',
  'y(?:a|an|ang|ao|e|i|in|ing|ong|ou|u|uan|ue|un)',
  'w(?:a|ai|an|ang|ei|en|eng|o|u)',
  '(?:ai|an|ang|ao|en|er|ou)',
].join('|')
const oneSyllable = new RegExp(`^(?:${pinyin})$`)
const syllables = new RegExp(`^(?:${pinyin}){1,2}$`)

/** Says whether a given name, in its matching form, is one or two syllables of Mandarin, or one of Cantonese. */
export function areSyllables(text: string): boolean {
  return isEastAsianToken(text) || syllables.test(text)
}

/** Says whether a surname, in its matching form, is a known romanisation of an East-Asian one, or a syllable of Mandarin. */
export function isEastAsianSurname(text: string): boolean {
  return isEastAsianToken(text) || oneSyllable.test(text)
}
