/** What a person typed cannot be understood: told in one line above the command's usage, exit code 2. */
export class WrongUse extends Error {
  override readonly name = 'WrongUse'
}
