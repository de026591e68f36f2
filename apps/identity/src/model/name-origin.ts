import type { Profile } from '#libs/matching'

/** Coarse groups in which errors of matching are counted apart: a model must not be better for some names than for others. */
export type NameOrigin = 'south-asian' | 'arabic-speaking' | 'eastern-european' | 'east-asian' | 'other' | 'unnamed'

const southAsian = new Set(
  'singh kaur begum bibi khatun khan kumar miah patel sharma hussain ahmed syed shah akhtar gupta das'.split(' '),
)
const arabic = new Set('hassan ibrahim abdi omar saleh mahmoud mustafa youssef nasser farah haddad mansour'.split(' '))
const eastAsian = new Set(
  'wang li zhang liu chen yang huang zhao wu zhou nguyen tran pham kim park wong chan lam'.split(' '),
)
const easternEuropean = /(?:ski|ska|cki|cka|wicz|czyk|czak|escu|ova|enko|aite|yte|iene|auskas|evic|ovic)$/
const arabicForm = /^(?:abd|abu|al[- ]?[a-z]{4})|ullah$|uddin$/

/** A guess by the forms of names, for counting alone: nothing is decided by it, and it is kept with no child. */
export function nameOriginOf({ name }: Profile): NameOrigin {
  const tokens = [...name.given, ...name.family]
  if (tokens.length === 0) return 'unnamed'
  if (name.family.some((token) => southAsian.has(token))) return 'south-asian'
  if (tokens.some((token) => arabic.has(token) || arabicForm.test(token))) return 'arabic-speaking'
  if (name.family.some((token) => easternEuropean.test(token))) return 'eastern-european'
  return name.family.some((token) => eastAsian.has(token)) ? 'east-asian' : 'other'
}
