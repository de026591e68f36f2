/**
 * Keeps `@apollo/gateway` from sending figures about this process to its maker every minute, and once more when it stops.
 * It can be told in no other way than by its environment, when it is made.
 */
export function refuseVendorTelemetry(): void {
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true'
}
