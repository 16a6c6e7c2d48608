import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import { inWorld, type Json, kiosk, type World } from '../../testing/app.ts'
import { kiran, lena, message } from '../testing/capture.ts'
import { bodyOf, own, profileWith } from '../testing/story.ts'

const channels = ['SMS', 'VOICE'] as const
const people = [kiran, lena, kiosk]

/** A small world, and what happens in it. */
interface Story {
  groupingTypes: string[]
  rules: { from: string; to: string }[][]
  owned: string[]
  profiles: string[][]
  steps: Step[]
}

type Step =
  | {
      step: 'MESSAGE'
      from: string
      to: string[]
      channel: (typeof channels)[number]
      resource: number | null
      direction: string | null
    }
  | { step: 'CALL'; from: string; to: string; call: number; starts: boolean }
  | { step: 'PASS'; minutes: number }
  | { step: 'KNOW'; phone: string }
  | { step: 'UNRULE'; configuration: number }

const person = fc.constantFrom(...people)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      step: fc.constant('MESSAGE' as const),
      from: person,
      to: fc.oneof(
        { weight: 3, arbitrary: person.map((one) => [one]) },
        fc.uniqueArray(person, { minLength: 2, maxLength: 3 }),
      ),
      channel: fc.constantFrom(...channels),
      resource: fc.option(fc.nat({ max: 9 })),
      direction: fc.option(fc.constantFrom('INBOUND', 'OUTBOUND'), { freq: 1 }),
    }),
  },
  fc.record({
    step: fc.constant('CALL' as const),
    from: person,
    to: person,
    call: fc.nat({ max: 1 }),
    starts: fc.boolean(),
  }),
  fc.record({ step: fc.constant('PASS' as const), minutes: fc.integer({ min: 1, max: 20 }) }),
  fc.record({ step: fc.constant('KNOW' as const), phone: person }),
  fc.record({ step: fc.constant('UNRULE' as const), configuration: fc.nat({ max: 1 }) }),
)
const side = fc.oneof({ weight: 2, arbitrary: fc.constant('*') }, person)
const stories: fc.Arbitrary<Story> = fc.record({
  groupingTypes: fc.array(
    fc.constantFrom(
      'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE',
      'GROUP_BY_PARTICIPANT_ADDRESSES',
      'GROUP_BY_PROFILE',
    ),
    { minLength: 2, maxLength: 2 },
  ),
  rules: fc.array(fc.array(fc.record({ from: side, to: side }), { minLength: 1, maxLength: 3 }), {
    minLength: 2,
    maxLength: 2,
  }),
  owned: fc.uniqueArray(person, { maxLength: 2 }),
  profiles: fc.array(fc.uniqueArray(person, { minLength: 1, maxLength: 2 }), { maxLength: 2 }),
  steps: fc.array(step, { minLength: 8, maxLength: 20 }),
})

it('an explanation tells what capturing then does, and the stored trace tells it again', async () => {
  await fc.assert(
    fc.asyncProperty(stories, (story) => inWorld({}, (world) => play(world, story))),
    { numRuns: 25 },
  )
})

async function play(world: World, story: Story): Promise<void> {
  const memoryStoreId = await world.makeMemoryStore()
  await own(world, ...story.owned)
  for (const [first, ...others] of story.profiles) await profileWith(world, memoryStoreId, first as string, ...others)
  const configurations: string[] = []
  for (const [at, conversationGroupingType] of story.groupingTypes.entries()) {
    const captureRules = story.rules[at]
    const messages = { captureRules, statusTimeouts: { inactive: 5, closed: 12 } }
    configurations.push(
      await world.makeConfiguration({
        memoryStoreId,
        conversationGroupingType,
        channelSettings: { SMS: messages, VOICE: { captureRules, statusTimeouts: null } },
      }),
    )
  }
  for (const one of story.steps) await take(world, one, memoryStoreId, configurations)
}

async function take(world: World, one: Step, storeId: string, configurations: readonly string[]): Promise<void> {
  switch (one.step) {
    case 'PASS':
      await world.advance({ minutes: one.minutes })
      return
    case 'KNOW':
      await profileWith(world, storeId, one.phone)
      await world.settleOperations()
      return
    case 'UNRULE': {
      const path = `/v2/ControlPlane/Configurations/${configurations[one.configuration]}`
      await world.completed(await world.patch(path, { channelSettings: { SMS: { statusTimeouts: null } } }))
      return
    }
    case 'CALL': {
      const channelId = `CA${one.call}`
      const started = { kind: 'STREAM_STARTED', channelId, from: one.from, to: one.to }
      return compare(world, one.starts ? started : { kind: 'STREAM_STOPPED', channelId, callEnded: true })
    }
    case 'MESSAGE': {
      const { from, to, channel, resource, direction } = one
      const ids =
        resource === null
          ? {}
          : { resourceId: `SM${resource}`, channelId: channel === 'VOICE' ? `CA${resource}` : null }
      return compare(world, message({ from, to, channel, direction, ...ids }))
    }
  }
}

async function compare(world: World, item: object): Promise<void> {
  const before = await world.events()
  const explained = (await bodyOf(world.post('/skein/v1/Traffic/Explain', item), 200)).results[0]
  assert.deepEqual(await world.events(), before, 'explaining changes nothing')
  const captured = (await bodyOf(world.post('/skein/v1/Traffic', item), 200)).results[0]
  const { trace, ...result } = explained
  const isNew = captured.created || captured.outcome !== 'DUPLICATE'
  assert.deepEqual(result, {
    ...captured,
    conversationId: captured.created ? null : captured.conversationId,
    communicationId: isNew ? null : captured.communicationId,
  })
  if (captured.outcome !== 'CAPTURED' || captured.communicationId === null) return
  const stored = await bodyOf(world.get(`/skein/v1/Communications/${captured.communicationId}/Trace`), 200)
  assert.equal(stored.conversationId, captured.conversationId)
  assert.deepEqual(stored.trace, trace)
  await holdTogether(world, captured.conversationId, trace)
}

/** What must be true of any trace and of the conversation it speaks of. */
async function holdTogether(world: World, conversationId: string, trace: Json): Promise<void> {
  const conversation = await bodyOf(world.get(`/v2/Conversations/${conversationId}`), 200)
  assert.equal(conversation.status, 'ACTIVE', 'whatever was just said keeps its conversation ACTIVE')
  if (trace.rule) assert.equal(trace.rule.configurationId, conversation.configurationId)
  assert.equal(trace.groupingType, conversation.configuration.conversationGroupingType)
}
