import type { Consumer } from '#libs/kafka'

const atMostSeconds = 30

/** How far the projection is behind the events; answers that rest on it say so instead of guessing. */
export class ProjectionLag {
  private consumer: Pick<Consumer, 'health'> | undefined

  /** Names the consumer to ask; until then everything is behind. */
  watch(consumer: Pick<Consumer, 'health'>): void {
    this.consumer = consumer
  }

  /** Whether what is known may be more than 30 s old. */
  isBehind(): boolean {
    const health = this.consumer?.health()
    return health === undefined || health.lagSeconds > atMostSeconds
  }
}
