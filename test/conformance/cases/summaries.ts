import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { conversationSummary, memoryAcceptance } from '../memory-tables.ts'
import { type Session, unchecked } from '../session.ts'
import { advance, newNumber, sharedStore } from '../stage.ts'

const path = '/v1/Stores/{storeId}/Profiles/{profileId}/ConversationSummaries'
const conversationId = 'conv_conversation_01h455vb4pex5vsknk084sn02q'
const otherConversationId = 'conv_conversation_01h455vb4pex5vsknk084sn02r'
const unknown = 'mem_summary_01h455vb4pex5vsknk084sn02q'
const unknownProfile = 'mem_profile_01h455vb4pex5vsknk084sn02q'
const occurredAt = new Date('2026-01-04T05:30:00Z')

/** A new profile with one summary, and the client's way to it. */
async function summarised(session: Session) {
  const { v1 } = session.client.memory
  const storeId = await sharedStore(session)
  const phone = newNumber()
  const { id } = await v1.profiles(storeId).create({ traits: { Contact: { phone } } })
  const list = v1.conversationSummaries(storeId, String(id))
  await list.create({ summaries: [{ content: 'Moved the delivery.', conversationId, occurredAt, source: 'test' }] })
  const [first] = await list.list()
  return {
    v1,
    storeId,
    phone,
    id: String(id),
    list,
    one: v1.conversationSummaries(storeId, String(id), String(first?.id)),
  }
}

/** The same, merged into an older profile, whose id is answered. */
async function merged(session: Session) {
  const older = await summarised(session)
  await advance(session, { seconds: 1 })
  const newer = await summarised(session)
  await newer.v1.identifiers(newer.storeId, newer.id).create({ idType: 'phone', value: older.phone })
  return { ...newer, canonicalId: older.id }
}

export const summaryCases: readonly Case[] = [
  ...about(`POST ${path}`, [
    {
      name: 'adds a batch, with and without source, several of one conversation too',
      run: async (session) => {
        const { list } = await summarised(session)
        const summaries = [
          { content: 'Asked for a refund.', conversationId, occurredAt },
          { content: 'Got it.', conversationId: otherConversationId, occurredAt, source: 'summary_operator' },
        ]
        await session.answered(memoryAcceptance, { status: 202 }, () => list.create({ summaries }))
        const { body } = await session.listed(conversationSummary, 'summaries', async () => ({
          instances: await list.list(),
        }))
        const contents = body.summaries.map((one: { content: string }) => one.content)
        assert.deepEqual(contents, ['Got it.', 'Asked for a refund.', 'Moved the delivery.'])
      },
    },
    {
      name: 'refuses what does not fit, with the field, and an unknown profile',
      run: async (session) => {
        const { v1, storeId, list } = await summarised(session)
        const item = { content: 'a', conversationId, occurredAt }
        const wrong: [object, string][] = [
          [{}, 'summaries'],
          [{ summaries: Array(11).fill(item) }, 'summaries'],
          [{ summaries: [{ ...item, content: '' }] }, 'summaries[0].content'],
          [{ summaries: [{ content: 'a', occurredAt }] }, 'summaries[0].conversationId'],
          [{ summaries: [{ ...item, conversationId: 'mine' }] }, 'summaries[0].conversationId'],
          [{ summaries: [{ content: 'a', conversationId }] }, 'summaries[0].occurredAt'],
        ]
        for (const [body, field] of wrong) {
          await session.refused({ status: 400, code: 520046, field }, () => list.create(unchecked(body)))
        }
        await session.refused({ status: 404, code: 20404 }, () =>
          v1.conversationSummaries(storeId, unknownProfile).create({ summaries: [item] }),
        )
      },
    },
  ]),
  ...about(`GET ${path}`, [
    {
      name: 'shows those of one conversation, and pages the newest first',
      run: async (session) => {
        const { list } = await summarised(session)
        await list.create({ summaries: [{ content: 'x', conversationId: otherConversationId, occurredAt }] })
        await list.create({ summaries: [{ content: 'y', conversationId, occurredAt }] })
        const contents = async (query: Parameters<typeof list.list>[0]) =>
          (await list.list(query)).map(({ content }) => content)
        assert.deepEqual(await contents({ pageSize: 1, acceptEncoding: 'gzip' }), ['y', 'x', 'Moved the delivery.'])
        assert.deepEqual(await contents({ conversationId: otherConversationId }), ['x'])
      },
    },
    {
      name: 'answers a merged id from the profile that took its place, and refuses what is no conversation',
      run: async (session) => {
        const { list, canonicalId } = await merged(session)
        const { headers } = await session.listed(conversationSummary, 'summaries', () => list.page({ pageSize: 1 }))
        assert.equal(headers['canonical-profile-id'], canonicalId)
        await session.refused({ status: 400, code: 520046, field: 'conversationId' }, () =>
          list.page({ conversationId: 'mine' }),
        )
      },
    },
  ]),
  ...about(`GET ${path}/{summaryId}`, [
    {
      name: 'shows one, also by the id of a merged profile',
      run: async (session) => {
        const { v1, storeId, id, one, canonicalId } = await merged(session)
        const values = { content: 'Moved the delivery.', conversationId, source: 'test' }
        const { headers } = await session.answered(conversationSummary, { status: 200, values }, () => one.fetch())
        assert.equal(headers['canonical-profile-id'], canonicalId)
        await session.refused({ status: 404, code: 20404 }, () =>
          v1.conversationSummaries(storeId, id, unknown).fetch(),
        )
      },
    },
  ]),
  ...about(`PATCH ${path}/{summaryId}`, [
    {
      name: 'changes any field and leaves the rest, also by the id of a merged profile',
      run: async (session) => {
        const { one, canonicalId } = await merged(session)
        const { headers } = await session.answered(memoryAcceptance, { status: 202 }, () =>
          one.patch({ content: 'Moved it twice.' }),
        )
        assert.equal(headers['canonical-profile-id'], canonicalId)
        const values = { content: 'Moved it twice.', conversationId, source: 'test' }
        await session.answered(conversationSummary, { status: 200, values }, () => one.fetch())
      },
    },
    {
      name: 'refuses to change nothing, what does not fit and what is not there',
      run: async (session) => {
        const { v1, storeId, id, one } = await summarised(session)
        await session.refused({ status: 400, code: 520046, field: 'body' }, () => one.patch({}))
        await session.refused({ status: 400, code: 520046, field: 'conversationId' }, () =>
          one.patch({ conversationId: 'mine' }),
        )
        await session.refused({ status: 404, code: 20404 }, () =>
          v1.conversationSummaries(storeId, id, unknown).patch({ content: 'a' }),
        )
      },
    },
  ]),
  ...about(`DELETE ${path}/{summaryId}`, [
    {
      name: 'removes one for good, also by the id of a merged profile',
      run: async (session) => {
        const { one, canonicalId } = await merged(session)
        const { headers } = await session.answered(memoryAcceptance, { status: 202 }, () => one.remove())
        assert.equal(headers['canonical-profile-id'], canonicalId)
        await session.refused({ status: 404, code: 20404 }, () => one.remove())
      },
    },
  ]),
]
