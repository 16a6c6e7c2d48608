import assert from 'node:assert/strict'
import { test } from 'node:test'
import { presentSnapshot } from './configuration-present.ts'
import type { ConfigurationBody } from './domain/model.ts'

const body: ConfigurationBody = {
  displayName: 'kiosk',
  description: '',
  conversationGroupingType: 'GROUP_BY_PROFILE',
  memoryStoreId: '01kjpwa4z0f46bs8r42wfv2z13',
  channelSettings: { VOICE: { statusTimeouts: null, captureRules: [] } },
  statusCallbacks: [{ url: 'https://a.example.test', method: 'POST' }],
  intelligenceConfigurationIds: ['a'],
  memoryExtractionEnabled: true,
  conversationsV1Bridge: null,
}
const pinned = { ...body, memoryStoreId: 'mem_store_01kjpwa4z0f46bs8r42wfv2z13' }

test('shows a conversation what it pinned, without id, version and dates', () => {
  assert.deepEqual(presentSnapshot(body, {}), pinned)
})

test('puts what a conversation sets for itself in place of what it pinned, and never shows workflows', () => {
  const overrides = {
    statusCallbacks: [],
    intelligenceConfigurationIds: ['b'],
    traitExtractionStrategyIds: ['t'],
    observationExtractionStrategyIds: ['o'],
    workflows: [{ flowId: `FW${'0'.repeat(32)}` }],
  }
  const { workflows: _, ...shown } = overrides
  assert.deepEqual(presentSnapshot(body, overrides), { ...pinned, ...shown })
})
