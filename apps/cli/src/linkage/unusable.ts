/** What was asked for cannot be done with what was given; the message names it. The program ends with exit code 2. */
export class Unusable extends Error {
  override readonly name = 'Unusable'
}
