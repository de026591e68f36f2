import type { ModelReport } from './model.repository.js'
import type { Model, ModelState } from './model.type.js'

/** A model as stewards are shown it. */
export function viewOf({
  status,
  proposedBy,
  activatedAt,
  flips,
  genericValues,
  calibrations,
  ...model
}: ModelReport): Model {
  return {
    ...{ hash: model.hash, name: model.name, normaliser: model.normaliser, madeAt: model.madeAt },
    ...(activatedAt && { activatedAt }),
    ...{ state: status.toUpperCase() as ModelState, shadowed: model.shadowed, flips: [...flips] },
    genericValues: [...genericValues],
    calibrations: [...calibrations],
    nameVariants: model.nameVariants.map(({ part, names }) => ({
      part: part === 'given' ? 'GIVEN' : 'FAMILY',
      names: [...names],
    })),
    isProposed: proposedBy !== undefined && status !== 'active',
  }
}
