import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { fullConversation, operatorResult, readConversation } from '../intelligence-tables.ts'
import { type Json, type Session, unchecked } from '../session.ts'
import { advance, makeConversation, makeKiosk, makeStore, message, newNumber } from '../stage.ts'
import { sentiment, support } from './intelligence-control.ts'

const suffix = '01h455vb4pex5vsknk084sn02q'
const unknownResult = `intelligence_operatorresult_${suffix}`
const unknownConversation = `conv_conversation_${suffix}`
const v3 = (session: Session) => session.client.intelligence.v3

interface Scene {
  configuration: Json
  kioskId: string
  conversationId: string
}

/** A conversation in which something was said and a rule was executed. */
async function scene(session: Session): Promise<Scene> {
  const triggers = [{ on: 'COMMUNICATION' }]
  const nextBest = 'intelligence_operator_01kea27sy7ffsafmtsfp17nzx4'
  const rules = [
    { operators: [{ id: sentiment }], triggers, actions: [] },
    { operators: [{ id: nextBest }], triggers, actions: [], context: { memory: { enabled: true } } },
  ]
  await v3(session).configurations.create(unchecked({ displayName: 'desk', rules }))
  const configuration = session.recorder.last.body as Json
  const customer = newNumber()
  const memoryStoreId = await makeStore(session)
  const kiosk = await makeKiosk(session, { memoryStoreId, intelligenceConfigurationIds: [configuration.id] })
  const conversationId = await makeConversation(session, kiosk, customer)
  await session.client.conversations.v2.conversations(conversationId).patch(unchecked({ name: 'Harbour' }))
  await session.client.conversations.v2
    .communications(conversationId)
    .create(unchecked(message(customer, kiosk.number, 'I am so happy, thank you!')))
  await advance(session, {})
  return { configuration, kioskId: kiosk.id, conversationId }
}

async function resultOf(session: Session, { conversationId }: Scene): Promise<Json> {
  await v3(session).operatorResults.page({ conversationId, operatorId: sentiment })
  return (session.recorder.last.body as Json).items[0]
}

export const intelligenceResultCases: Case[] = [
  ...about('GET /v3/OperatorResults', [
    {
      name: 'lists what operators found, by conversation, configuration and operator',
      run: async (session) => {
        const made = await scene(session)
        const { conversationId, configuration } = made
        for (const [query, count] of [
          [{ conversationId }, 2],
          [{ conversationId, operatorId: sentiment }, 1],
          [{ intelligenceConfigurationId: configuration.id }, 2],
          [{ conversationId: unknownConversation }, 0],
        ] as const) {
          await v3(session).operatorResults.page(query)
          const { items, meta } = session.recorder.last.body as Json
          assert.deepEqual([items.length, meta.key], [count, 'items'], JSON.stringify(query))
          for (const item of items) session.inspected(operatorResult, item)
        }
        await session.refused({ status: 400, code: 20001, field: 'conversationId' }, () =>
          v3(session).operatorResults.page({ conversationId: 'x' }),
        )
      },
    },
  ]),
  ...about('GET /v3/OperatorResults/{id}', [
    {
      name: 'shows a result in the form of its operator, and finds none that is unknown',
      run: async (session) => {
        const { id } = await resultOf(session, await scene(session))
        const fetched = await v3(session).operatorResults(id).fetch()
        assert.equal(fetched.id, id)
        const body = session.recorder.last.body as Json
        session.inspected(operatorResult, body)
        assert.deepEqual([body.outputFormat, body.result], ['CLASSIFICATION', { label: 'positive' }])
        await session.refused({ status: 404, code: 20404 }, () => v3(session).operatorResults(unknownResult).fetch())
      },
    },
  ]),
  ...about('DELETE /v3/OperatorResults/{id}', [
    {
      name: 'answers 204, after which the conversation names it no more',
      run: async (session) => {
        const made = await scene(session)
        const { id } = await resultOf(session, made)
        assert.equal(await v3(session).operatorResults(id).remove(), true)
        await session.refused({ status: 404, code: 20404 }, () => v3(session).operatorResults(id).remove())
        await v3(session).conversations(made.conversationId).fetch()
        assert.ok(!(session.recorder.last.body as Json).operatorResultIds.includes(id))
      },
    },
  ]),
  ...about('GET /v3/Conversations', [
    {
      name: 'lists the conversations that rules read, by each of its filters',
      run: async (session) => {
        const { conversationId, configuration, kioskId } = await scene(session)
        const own = { intelligenceConfigurationIds: [configuration.id] }
        for (const [query, count] of [
          [own, 1],
          [{ ...own, status: 'ACTIVE', channels: ['SMS', 'VOICE'], operatorIds: [sentiment] }, 1],
          [{ ...own, conversationConfigurationId: kioskId }, 1],
          [{ ...own, status: 'CLOSED' }, 0],
          [{ ...own, channels: ['VOICE'] }, 0],
          [{ ...own, createdAtBefore: new Date('2020-01-01T00:00:00Z') }, 0],
        ] as const) {
          const { body } = await session.listed(readConversation, 'items', () =>
            v3(session).conversations.page(unchecked(query)),
          )
          assert.equal(body.items.length, count, JSON.stringify(query))
          if (count > 0) assert.equal(body.items[0].id, conversationId)
        }
        const kiosk = await makeKiosk(session, own)
        await makeConversation(session, kiosk)
        await session.listed(readConversation, 'items', () => v3(session).conversations.page(unchecked(own)))
        const wide = {
          createdAtAfter: new Date('2020-01-01T00:00:00Z'),
          createdAtBefore: new Date('2020-03-01T00:00:00Z'),
        }
        await session.refused({ status: 400, code: 20001, field: 'createdAtAfter' }, () =>
          v3(session).conversations.page(wide),
        )
      },
    },
  ]),
  ...about('GET /v3/Conversations/{id}', [
    {
      name: 'shows a conversation with what was said, and none that no rule reads',
      run: async (session) => {
        const { conversationId } = await scene(session)
        const { body } = await session.answered(fullConversation, { status: 200 }, () =>
          v3(session).conversations(conversationId).fetch(),
        )
        assert.equal(body.communications[0].content.text, 'I am so happy, thank you!')
        assert.equal(body.operatorResultIds.length, 2)
        const unread = await makeConversation(session, await makeKiosk(session))
        await session.refused({ status: 404, code: 20404 }, () => v3(session).conversations(unread).fetch())
      },
    },
  ]),
  ...about('POST /v3/RuleExecutions', [
    {
      name: 'executes a rule for a conversation as it is',
      run: async (session) => {
        const made = await scene(session)
        const [rule] = made.configuration.rules
        const request = {
          intelligenceConfigurationId: made.configuration.id,
          ruleId: rule.id,
          conversationId: made.conversationId,
          rule: { operators: [{ id: sentiment, parameters: {} }] },
        }
        await v3(session).ruleExecutions.create(unchecked(request))
        assert.deepEqual([session.recorder.last.status, session.recorder.last.body], [202, {}])
        await advance(session, {})
        const { executionDetails } = await resultOf(session, made)
        assert.equal(executionDetails.trigger.on, 'ON_DEMAND')
        await session.refused({ status: 404, code: 20404 }, () =>
          v3(session).ruleExecutions.create(unchecked({ ...request, conversationId: unknownConversation })),
        )
        const strange = { operators: [{ id: support.rules[0]?.operators[0]?.id, parameters: { x: 1 } }] }
        await session.refused({ status: 400, code: 20001, field: 'rule.operators[0].parameters.x' }, () =>
          v3(session).ruleExecutions.create(unchecked({ ...request, rule: strange })),
        )
      },
    },
  ]),
]
