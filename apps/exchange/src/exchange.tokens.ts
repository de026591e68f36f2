/** Injection token of this program's key file. */
export const exchangeKeys = Symbol('the keys of exchange')
