import { newId } from '../../kernel/ids.ts'
import { createObservations } from '../commands/create-observations.ts'
import { createSummaries } from '../commands/create-summaries.ts'
import type { OverflowPolicy } from '../domain/room.ts'
import { observationsOf } from '../observation-rows.ts'
import { summariesOf } from '../summary-rows.ts'
import type { World } from './world.ts'

/** What the profiles of one store remember, as a test says it. */
export class Remembering {
  readonly world: World
  readonly storeId: string
  maximum = 500
  policy: OverflowPolicy = 'evict'

  constructor(world: World, storeId: string) {
    this.world = world
    this.storeId = storeId
  }

  change(profileId: string) {
    const { world, storeId } = this
    return { account: world.account, storeId, profileId, changeId: newId(), now: world.now }
  }

  async observe(profileId: string, ...contents: string[]): Promise<string[]> {
    const observations = contents.map((content) => ({
      id: newId(),
      content,
      source: 'test',
      conversationIds: [],
      occurredAt: this.world.now,
    }))
    const { maximum, policy } = this
    await createObservations(this.world.store, { ...this.change(profileId), observations, maximum, policy })
    return observations.map(({ id }) => id)
  }

  async summarise(profileId: string, ...contents: string[]): Promise<string[]> {
    const summaries = contents.map((content) => ({
      id: newId(),
      content,
      source: null,
      conversationId: newId(),
      occurredAt: this.world.now,
    }))
    const { maximum, policy } = this
    await createSummaries(this.world.store, { ...this.change(profileId), summaries, maximum, policy })
    return summaries.map(({ id }) => id)
  }

  /** The contents that a profile holds under its own id, oldest first: observations, then summaries. */
  async of(profileId: string): Promise<string[]> {
    const { account, store } = this.world
    const place = { account, storeId: this.storeId, profileId }
    const rows = [...(await store.read.all(observationsOf, place)), ...(await store.read.all(summariesOf, place))]
    return rows.map(({ content }) => content)
  }
}
