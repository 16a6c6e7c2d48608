import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { recall } from '../memory-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { advance, makeKiosk, newNumber, observe, sharedStore } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles/{profileId}/Recall'
const unknownConversation = 'conv_conversation_01h455vb4pex5vsknk084sn02q'
const unknownProfile = 'mem_profile_01h455vb4pex5vsknk084sn02q'
const occurredAt = new Date('2026-01-04T05:00:00Z')

/** A customer of whom some things are remembered, and the client's way to recall them. */
async function remembered(session: Session) {
  const { v1 } = session.client.memory
  const storeId = await sharedStore(session)
  const phone = newNumber()
  const { id } = await v1.profiles(storeId).create({ traits: { Contact: { phone } } })
  const profileId = String(id)
  await v1.observations(storeId, profileId).create({
    observations: [
      { content: 'Prefers deliveries after six.', occurredAt, source: 'test' },
      { content: 'Has two cats.', occurredAt: new Date('2026-01-05T05:00:00Z'), source: 'test' },
    ],
  })
  await v1.conversationSummaries(storeId, profileId).create({
    summaries: [
      { content: 'Asked for a refund.', conversationId: unknownConversation, occurredAt },
      { content: 'The delivery was moved.', conversationId: unknownConversation, occurredAt, source: 'test' },
    ],
  })
  return { v1, storeId, phone, profileId, recall: v1.recall(storeId, profileId) }
}

export const recallCases: readonly Case[] = [
  ...about(`POST ${path}`, [
    {
      name: 'shows the most recent without scores, and by a query the most relevant with them',
      run: async (session) => {
        const { recall: ask } = await remembered(session)
        const recent = await session.answered(recall, { status: 200 }, () => ask.create({}))
        assert.deepEqual(
          recent.instance.observations.map(({ content, score }) => [content, score]),
          [
            ['Has two cats.', undefined],
            ['Prefers deliveries after six.', undefined],
          ],
        )
        const { instance } = await session.answered(recall, { status: 200 }, () =>
          ask.create({ query: 'When are deliveries welcome?', relevanceThreshold: 0.1, summariesLimit: 1 }),
        )
        assert.deepEqual(
          instance.observations.map(({ content }) => content),
          ['Prefers deliveries after six.'],
        )
        assert.deepEqual(
          instance.summaries.map(({ content }) => content),
          ['The delivery was moved.'],
        )
      },
    },
    {
      name: 'takes what matters from the conversation, and shows its last communications, the earliest first',
      run: async (session) => {
        const { recall: ask, phone, profileId } = await remembered(session)
        const { number } = await makeKiosk(session)
        const sms = { channel: 'SMS', from: phone, to: number, direction: 'INBOUND' }
        const [{ conversationId }] = await observe(session, { ...sms, content: { type: 'TEXT', text: 'Good morning' } })
        await advance(session, { seconds: 1 })
        const question = { ...sms, content: { type: 'TEXT', text: 'Deliveries only after when?' }, channelId: 'SM1' }
        await observe(session, question)
        await advance(session, { seconds: 1 })
        const answer = { channel: 'SMS', from: number, to: phone, direction: 'OUTBOUND' }
        await observe(session, { ...answer, content: { type: 'TEXT', text: 'Six, as ever?' } })
        const { instance } = await session.answered(recall, { status: 200 }, () =>
          ask.create({ conversationId, communicationsLimit: 3 }),
        )
        assert.equal(instance.observations[0]?.content, 'Prefers deliveries after six.')
        assert.deepEqual(
          instance.communications.map(({ content, author, recipients }) => [
            content.text,
            author.profileId,
            recipients[0]?.profileId,
            recipients[0]?.deliveryStatus,
          ]),
          [
            ['Good morning', profileId, undefined, 'DELIVERED'],
            ['Deliveries only after when?', profileId, undefined, 'DELIVERED'],
            ['Six, as ever?', undefined, profileId, 'IN_PROGRESS'],
          ],
        )
        const unknown = await ask.create({ conversationId: unknownConversation, communicationsLimit: 2 })
        assert.deepEqual([unknown.communications, unknown.observations[0]?.score], [[], undefined])
      },
    },
    {
      name: 'searches a span of time, and the profile that took the place of a merged one',
      run: async (session) => {
        const older = await remembered(session)
        await advance(session, { seconds: 1 })
        const { v1, storeId, profileId, recall: ask } = await remembered(session)
        await v1.identifiers(storeId, profileId).create({ idType: 'phone', value: older.phone })
        const { headers, instance } = await session.answered(recall, { status: 200 }, () =>
          ask.create({ beginDate: new Date('2026-01-05T00:00:00Z'), endDate: new Date('2026-01-06T00:00:00Z') }),
        )
        assert.equal(headers['canonical-profile-id'], older.profileId)
        assert.deepEqual(
          instance.observations.map(({ content }) => content),
          ['Has two cats.', 'Has two cats.'],
        )
        assert.deepEqual(instance.summaries, [])
      },
    },
    {
      name: 'refuses limits beyond their bounds, with the field, and an unknown profile',
      run: async (session) => {
        const { v1, storeId, recall: ask } = await remembered(session)
        for (const [body, field] of [
          [{ observationsLimit: 101 }, 'observationsLimit'],
          [{ relevanceThreshold: 2 }, 'relevanceThreshold'],
          [{ conversationId: 'mine' }, 'conversationId'],
          [{ query: 'x'.repeat(1025) }, 'query'],
        ] as const) {
          await session.refused({ status: 400, code: 520046, field }, () => ask.create(unchecked(body)))
        }
        await session.refused({ status: 404, code: 20404 }, () => v1.recall(storeId, unknownProfile).create({}))
      },
    },
  ]),
]
