/**
 * The address a program's own door listens on: loopback, unless LISTEN_ADDRESS says otherwise, as it must in a container,
 * whose loopback nobody else reaches. The management listener stays on loopback everywhere.
 */
export function listenAddress(): string {
  const given = process.env['LISTEN_ADDRESS']
  return given === undefined || given === '' ? '127.0.0.1' : given
}
