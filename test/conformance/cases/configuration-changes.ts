import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { acceptedOfConfiguration, configuration } from '../conversation-tables.ts'
import { unchecked } from '../session.ts'
import { completed, makeKiosk, sharedStore } from '../stage.ts'

const path = '/v2/ControlPlane/Configurations'
const unknown = 'conv_configuration_01h455vb4pex5vsknk084sn02q'

export const configurationChangeCases: Case[] = [
  ...about(`PUT ${path}/{id}`, [
    {
      name: 'replaces: what the body leaves out is cleared, but the name stays',
      run: async (session) => {
        const one = session.client.conversations.v2.configurations((await makeKiosk(session)).id)
        const body = {
          description: 'Moved',
          conversationGroupingType: 'GROUP_BY_PARTICIPANT_ADDRESSES',
          memoryStoreId: await sharedStore(session),
          channelSettings: {},
        }
        const accepted = await session.answered(acceptedOfConfiguration, { status: 202 }, () =>
          one.update(unchecked(body)),
        )
        await completed(session, accepted.instance.statusUrl)
        const fetched = await session.answered(
          configuration,
          { status: 200, values: { ...body, displayName: 'kiosk', version: 2 } },
          () => one.fetch(),
        )
        assert.deepEqual(fetched.body.channelSettings, {})
      },
    },
    {
      name: 'takes back what a fetch returned, read-only keys and all',
      run: async (session) => {
        const one = session.client.conversations.v2.configurations((await makeKiosk(session)).id)
        await one.fetch()
        const fetched = session.recorder.last.body as { version: number; updatedAt: string }
        await completed(session, (await one.update(unchecked(fetched))).statusUrl)
        await session.answered(configuration, { status: 200 }, () => one.fetch())
        const { version, updatedAt, ...kept } = fetched
        assert.partialDeepStrictEqual(session.recorder.last.body, { ...kept, version: version + 1 })
      },
    },
    {
      name: 'refuses another grouping, missing channel settings and an unknown id',
      run: async (session) => {
        const { configurations } = session.client.conversations.v2
        const { id } = await makeKiosk(session)
        const body = {
          description: 'Inbound help desk',
          conversationGroupingType: 'GROUP_BY_PROFILE',
          memoryStoreId: await sharedStore(session),
          channelSettings: {},
        }
        await session.refused({ status: 400, code: 20001, field: 'conversationGroupingType' }, () =>
          configurations(id).update(unchecked(body)),
        )
        await session.refused({ status: 400, code: 20001, field: 'channelSettings' }, () =>
          configurations(id).update(unchecked({ ...body, channelSettings: undefined })),
        )
        await session.refused({ status: 404, code: 20404 }, () => configurations(unknown).update(unchecked(body)))
      },
    },
  ]),
  ...about(`PATCH ${path}/{id}`, [
    {
      name: 'changes the given keys only, and channels one by one',
      run: async (session) => {
        const kiosk = await makeKiosk(session)
        const one = session.client.conversations.v2.configurations(kiosk.id)
        await one.fetch()
        const before = session.recorder.last.body as { channelSettings: { SMS: object } }
        const accepted = await session.answered(acceptedOfConfiguration, { status: 202 }, () =>
          one.patch(
            unchecked({
              statusCallbacks: [{ url: 'https://hooks.example.com/new' }],
              channelSettings: { VOICE: null, RCS: { statusTimeouts: { closed: 60 } } },
            }),
          ),
        )
        await completed(session, accepted.instance.statusUrl)
        const { body } = await session.answered(configuration, { status: 200 }, () => one.fetch())
        assert.deepEqual(body.channelSettings, {
          SMS: before.channelSettings.SMS,
          RCS: { statusTimeouts: { closed: 60 }, captureRules: [] },
        })
        assert.deepEqual(body.statusCallbacks, [{ url: 'https://hooks.example.com/new', method: 'POST' }])
        assert.equal(body.displayName, 'kiosk')
      },
    },
    {
      name: 'takes null where there is nothing to keep, and nowhere else',
      run: async (session) => {
        const one = session.client.conversations.v2.configurations((await makeKiosk(session)).id)
        const cleared = {
          statusCallbacks: null,
          intelligenceConfigurationIds: null,
          memoryExtractionEnabled: null,
          conversationsV1Bridge: null,
        }
        await completed(session, (await one.patch(unchecked(cleared))).statusUrl)
        for (const field of ['displayName', 'description', 'memoryStoreId', 'conversationGroupingType']) {
          await session.refused({ status: 400, code: 20001, field }, () => one.patch(unchecked({ [field]: null })))
        }
      },
    },
    {
      name: 'answers 404 for an unknown id',
      run: async (session) => {
        await session.refused({ status: 404, code: 20404 }, () =>
          session.client.conversations.v2.configurations(unknown).patch({ description: 'x' }),
        )
      },
    },
  ]),
  ...about(`DELETE ${path}/{id}`, [
    {
      name: 'answers 202 with a JSON body, after which the configuration is gone',
      run: async (session) => {
        const { configurations } = session.client.conversations.v2
        const { id } = await makeKiosk(session)
        const accepted = await session.answered(
          acceptedOfConfiguration,
          { status: 202, values: { related: { configurationId: id } } },
          () => configurations(id).remove(),
        )
        await completed(session, accepted.instance.statusUrl)
        await session.refused({ status: 404, code: 20404 }, () => configurations(id).fetch())
        await session.refused({ status: 404, code: 20404 }, () => configurations(id).remove())
      },
    },
  ]),
]
