declare const brand: unique symbol

/** Text that a parser of this library has accepted; the type is the proof. */
export type Branded<Name extends string> = string & { readonly [brand]: Name }
