import { Problem } from '#libs/service'

/**
 * What hides a child is looked at again on a day that is to come.
 *
 * @param reviewOn - `yyyy-mm-dd`
 * @throws Problem 422 `SCHEMA_INVALID` with `DATE_IMPLAUSIBLE` for a day that is over
 */
export function requireReviewToCome(reviewOn: string, nowMs: number): void {
  if (reviewOn >= new Date(nowMs).toISOString().slice(0, 10)) return
  throw new Problem('SCHEMA_INVALID', undefined, { errors: [{ pointer: '#/reviewOn', code: 'DATE_IMPLAUSIBLE' }] })
}
