import assert from 'node:assert/strict'
import { AccountCache } from '../conversations/account-cache.ts'
import type { TrafficRequest } from '../conversations/commands/traffic-result.ts'
import type { TrafficItem } from '../conversations/domain/traffic.ts'
import type { OrchestratorSettings } from '../conversations/settings.ts'
import { TrafficIntake } from '../conversations/traffic-intake.ts'
import { defaultLimits } from '../kernel/limits.ts'
import { kiosk, openWorld } from './app.ts'
import { countingStore, type StoreCounts } from './counting-store.ts'

export interface TrafficCost extends StoreCounts {
  what: string
}

const settings: OrchestratorSettings = {
  limits: defaultLimits,
  allowPrivateCallbacks: false,
  passiveProfiles: 'lookup',
  graceMs: 20_000,
  silentCallMs: undefined,
}

/** What taking in traffic asks of the store, counted on a database in memory once the account is known. */
export async function trafficCosts(): Promise<TrafficCost[]> {
  const world = await openWorld()
  try {
    await world.makeConfiguration()
    await world.post('/skein/v1/OwnedAddresses', { address: kiosk })
    const { store, take } = countingStore(world.store)
    const clock = { mode: 'virtual' as const, now: () => world.now() }
    const intake = new TrafficIntake({
      store,
      clock,
      cache: new AccountCache(settings),
      settings,
      onFollowed: () => {},
      onTaken: () => {},
    })
    const post = async (...requests: TrafficRequest[][]) => {
      const results = await Promise.all(requests.map((some) => intake.capture(world.account, some)))
      for (const { outcome } of results.flat()) assert.equal(outcome, 'CAPTURED')
    }
    const costs: TrafficCost[] = []
    const measure = async (what: string, ...requests: TrafficRequest[][]) => {
      take()
      await post(...requests)
      costs.push({ what, ...take() })
    }
    await post([messageFrom(0)])
    await measure('one message, joining a conversation', [messageFrom(0)])
    await measure('one message, beginning a conversation', [messageFrom(1)])
    const many = Array.from({ length: 64 }, (_, at) => at)
    await post(many.map(messageFrom))
    await measure('64 requests at the same time, joining', ...many.map((at) => [messageFrom(at)]))
    await measure('64 requests at the same time, beginning', ...many.map((at) => [messageFrom(100 + at)]))
    const thousand = Array.from({ length: 1_000 }, (_, at) => messageFrom(at % 5 === 0 ? 1_000 + at : at % 64))
    await measure('one request of 1,000, one in five beginning', thousand)
    return costs
  } finally {
    await world.close()
  }
}

let count = 0

function messageFrom(customer: number): TrafficRequest {
  count += 1
  const item: TrafficItem = {
    channel: 'SMS',
    from: `+1555${String(customer).padStart(7, '0')}`,
    to: kiosk,
    content: { type: 'TEXT', text: 'Two flat whites, please' },
    resourceId: `SM${count}`,
    channelId: `SM${count}`,
  }
  return { item, requestId: 'RQ' }
}
