import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { configuration, operator, operatorVersion, versionItem } from '../intelligence-tables.ts'
import { type Session, unchecked } from '../session.ts'

const operators = '/v3/ControlPlane/Operators'
const configurations = '/v3/ControlPlane/Configurations'
const suffix = '01h455vb4pex5vsknk084sn02q'
const unknownOperator = `intelligence_operator_${suffix}`
const unknownConfiguration = `intelligence_configuration_${suffix}`
export const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'

const risk = {
  displayName: 'Escalation risk',
  description: 'How likely a complaint is',
  prompt: 'Rate the risk from 1 to {{parameters.scale}}.',
  outputFormat: 'JSON',
  outputSchema: { type: 'object', properties: { risk: { type: 'integer' } } },
  parameters: { scale: { type: 'INTEGER', required: true } },
  trainingExamples: [{ input: 'I will cancel today.', output: '{"risk":5}' }],
  context: { memory: { enabled: true }, knowledge: { enabled: false } },
}
const plain = { displayName: 'Mood', prompt: 'How is the mood?', outputFormat: 'TEXT' }
export const support = {
  displayName: 'support-live',
  description: 'Live assist',
  rules: [
    {
      operators: [{ id: sentiment, version: 1, parameters: {} }],
      triggers: [{ on: 'COMMUNICATION', parameters: { count: 1 } }],
      actions: [{ type: 'WEBHOOK', method: 'POST', url: 'https://app.example.com/hooks/live' }],
      context: { memory: { enabled: true } },
    },
    { operators: [{ id: sentiment }], triggers: [{ on: 'CONVERSATION_END' }], actions: [] },
  ],
}

const v3 = (session: Session) => session.client.intelligence.v3
const makeOperator = async (session: Session, body: object = risk) =>
  String((await v3(session).operators.create(unchecked(body))).id)
const makeConfiguration = async (session: Session) =>
  String((await v3(session).configurations.create(unchecked(support))).id)

export const intelligenceControlCases: Case[] = [
  ...about(`POST ${operators}`, [
    {
      name: 'creates a version 1 with an ETag',
      run: async (session) => {
        for (const body of [risk, plain]) {
          const values = { displayName: body.displayName, version: 1, author: 'SELF', outputFormat: body.outputFormat }
          const { headers } = await session.answered(operator, { status: 201, values }, () =>
            v3(session).operators.create(unchecked(body)),
          )
          assert.equal(headers.etag, '1')
        }
      },
    },
    {
      name: 'refuses a missing prompt, and JSON without a schema',
      run: async (session) => {
        const { prompt: _, ...silent } = plain
        for (const [body, field] of [
          [silent, 'prompt'],
          [{ ...plain, outputFormat: 'JSON' }, 'outputSchema'],
        ] as const) {
          await session.refused({ status: 400, code: 20001, field }, () =>
            v3(session).operators.create(unchecked(body)),
          )
        }
      },
    },
  ]),
  ...about(`GET ${operators}`, [
    {
      name: 'lists own and built-in operators, of which the prompt is not shown',
      run: async (session) => {
        const id = await makeOperator(session)
        const { body } = await session.listed(operator, 'items', () => v3(session).operators.page({ pageSize: 100 }))
        assert.ok(body.items.some((one: { id: string }) => one.id === id))
        const builtin = body.items.find((one: { id: string }) => one.id === sentiment)
        assert.deepEqual([builtin.author, builtin.prompt], ['TWILIO', undefined])
        await session.refused({ status: 400, code: 20001, field: 'pageToken' }, () =>
          v3(session).operators.page({ pageToken: 'x' }),
        )
      },
    },
  ]),
  ...about(`GET ${operators}/{id}`, [
    {
      name: 'shows an operator, and finds none that is unknown',
      run: async (session) => {
        const id = await makeOperator(session)
        await session.answered(operator, { status: 200, values: { id } }, () => v3(session).operators(id).fetch())
        await session.refused({ status: 404, code: 20404 }, () => v3(session).operators(unknownOperator).fetch())
      },
    },
  ]),
  ...about(`PUT ${operators}/{id}`, [
    {
      name: 'makes a new version, and goes by If-Match',
      run: async (session) => {
        const id = await makeOperator(session)
        const update = (version: string) =>
          v3(session)
            .operators(id)
            .update(unchecked({ ...risk, displayName: 'Risk' }), unchecked({ 'If-Match': version }))
        await session.answered(operator, { status: 200, values: { id, version: 2 } }, () => update('1'))
        await session.refused({ status: 412, code: 20412 }, () => update('1'))
        await session.refused({ status: 404, code: 20404 }, () =>
          v3(session).operators(sentiment).update(unchecked(plain)),
        )
      },
    },
  ]),
  ...about(`DELETE ${operators}/{id}`, [
    {
      name: 'answers 204, and refuses what is built in',
      run: async (session) => {
        const id = await makeOperator(session)
        assert.equal(await v3(session).operators(id).remove(), true)
        await session.refused({ status: 404, code: 20404 }, () => v3(session).operators(id).fetch())
        await session.refused({ status: 404, code: 20404 }, () => v3(session).operators(sentiment).remove())
      },
    },
  ]),
  ...about(`GET ${operators}/{id}/Versions`, [
    {
      name: 'lists versions, the newest first',
      run: async (session) => {
        const id = await makeOperator(session)
        await v3(session).operators(id).update(unchecked(risk))
        const { body } = await session.listed(versionItem, 'items', () => v3(session).versions(id).page())
        assert.deepEqual(
          body.items.map(({ version }: { version: number }) => version),
          [2, 1],
        )
        await session.refused({ status: 404, code: 20404 }, () => v3(session).versions(unknownOperator).page())
      },
    },
  ]),
  ...about(`GET ${operators}/{id}/Versions/{version}`, [
    {
      name: 'shows an operator as it was',
      run: async (session) => {
        const id = await makeOperator(session)
        await v3(session)
          .operators(id)
          .update(unchecked({ ...risk, displayName: 'Risk' }))
        const values = { version: 1, displayName: risk.displayName }
        await session.answered(operatorVersion, { status: 200, values }, () => v3(session).versions(id, 1).fetch())
        await session.refused({ status: 404, code: 20404 }, () => v3(session).versions(id, 9).fetch())
      },
    },
  ]),
  ...about(`POST ${configurations}`, [
    {
      name: 'creates version 1, with ids for its rules',
      run: async (session) => {
        for (const body of [support, { displayName: 'empty', rules: [] }]) {
          await session.answered(configuration, { status: 201, values: { version: 1 } }, () =>
            v3(session).configurations.create(unchecked(body)),
          )
        }
      },
    },
    {
      name: 'refuses an operator that does not exist',
      run: async (session) => {
        const rules = [{ operators: [{ id: unknownOperator }], actions: [] }]
        await session.refused({ status: 400, code: 70001, message: new RegExp(unknownOperator) }, () =>
          v3(session).configurations.create(unchecked({ displayName: 'x', rules })),
        )
      },
    },
  ]),
  ...about(`GET ${configurations}`, [
    {
      name: 'lists configurations, the newest first',
      run: async (session) => {
        const [older, newer] = [await makeConfiguration(session), await makeConfiguration(session)]
        const { body } = await session.listed(configuration, 'items', () =>
          v3(session).configurations.page({ pageSize: 2 }),
        )
        assert.deepEqual(
          body.items.map(({ id }: { id: string }) => id),
          [newer, older],
        )
        await session.refused({ status: 400, code: 20001, field: 'pageToken' }, () =>
          v3(session).configurations.page({ pageToken: 'x' }),
        )
      },
    },
  ]),
  ...about(`GET ${configurations}/{id}`, [
    {
      name: 'shows a configuration, and finds none that is unknown',
      run: async (session) => {
        const id = await makeConfiguration(session)
        await session.answered(configuration, { status: 200, values: { id } }, () =>
          v3(session).configurations(id).fetch(),
        )
        await session.refused({ status: 404, code: 20404 }, () =>
          v3(session).configurations(unknownConfiguration).fetch(),
        )
      },
    },
  ]),
  ...about(`PUT ${configurations}/{id}`, [
    {
      name: 'replaces all of it as the next version, and refuses a rule that it does not have',
      run: async (session) => {
        const id = await makeConfiguration(session)
        const { body } = await session.answered(configuration, { status: 200, values: { id, version: 2 } }, () =>
          v3(session).configurations(id).update(unchecked(support)),
        )
        assert.equal(body.rules.length, 2)
        const strange = { ...support.rules[0], id: `intelligence_configurationrule_${suffix}` }
        await session.refused({ status: 400, code: 20001, field: 'rules[0].id' }, () =>
          v3(session)
            .configurations(id)
            .update(unchecked({ ...support, rules: [strange] })),
        )
      },
    },
  ]),
  ...about(`DELETE ${configurations}/{id}`, [
    {
      name: 'answers 204, after which it is not found',
      run: async (session) => {
        const id = await makeConfiguration(session)
        assert.equal(await v3(session).configurations(id).remove(), true)
        await session.refused({ status: 404, code: 20404 }, () => v3(session).configurations(id).remove())
      },
    },
  ]),
]
