import assert from 'node:assert/strict'
import { about, type Case } from '../case.ts'
import { operationOfConfiguration, operationOfConversation } from '../conversation-tables.ts'
import { memoryOperation } from '../memory-tables.ts'
import type { Json, Session } from '../session.ts'
import { completed, finished, makeConversation, makeKiosk, makeStore } from '../stage.ts'

type Accepted = { statusUrl?: string | null }

/** How often a request and a look at its operation are tried until the look comes first. */
const tries = 500

/** Sends changes until one is seen while it still waits, where that can be seen. The last operation has ended when this returns. */
async function whilePending<A extends Accepted>(
  session: Session,
  change: () => Promise<A>,
  look: (id: string, accepted: A) => Promise<Json>,
): Promise<Json | undefined> {
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const accepted = await change()
    const seen = await look(String(accepted.statusUrl).split('/').at(-1) as string, accepted)
    await completed(session, String(accepted.statusUrl))
    if (seen.status === 'PENDING') return seen
    if (!session.seesWaiting) return undefined
  }
  return assert.fail('no operation was ever seen while it waited')
}

const conversationCases = about('GET /v2/ControlPlane/Operations/{id}', [
  {
    name: 'shows every field while it waits, when it is done and when it failed',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const change = () => v2.configurations(kiosk.id).patch({ description: 'Moved' })
      const pending = await whilePending(session, change, async (id) => {
        const { body } = await session.answered(operationOfConfiguration, { status: 200 }, () =>
          v2.operations(id).fetch(),
        )
        return body
      })
      if (pending) assert.deepEqual([pending.completedAt, pending.error, 'result' in pending], [null, null, false])

      const accepted = await change()
      const { operationId } = await completed(session, accepted.statusUrl)
      const related = { configurationId: kiosk.id }
      const done = await session.answered(
        operationOfConfiguration,
        {
          status: 200,
          values: {
            operationId,
            status: 'COMPLETED',
            statusUrl: accepted.statusUrl,
            related,
            error: null,
            result: { id: kiosk.id, type: 'RESOURCE_ID' },
          },
        },
        () => v2.operations(operationId).fetch(),
      )
      assert.ok(done.body.completedAt >= done.body.createdAt)

      const wrong = await v2.configurations(kiosk.id).patch({ memoryStoreId: 'mem_store_01h455vb4pex5vsknk084sn02q' })
      const failed = await finished(session, wrong.statusUrl)
      await session.answered(
        operationOfConfiguration,
        { status: 200, values: { status: 'FAILED', related, error: { status: 400, instance: null } } },
        () => v2.operations(failed.operationId).fetch(),
      )
    },
  },
  {
    name: 'shows the deletion of a conversation',
    run: async (session) => {
      const { v2 } = session.client.conversations
      const kiosk = await makeKiosk(session)
      const deletion = async () => v2.conversations(await makeConversation(session, kiosk)).remove()
      const look = async (id: string, { related }: { related?: object }) => {
        const { body } = await session.answered(operationOfConversation, { status: 200, values: { related } }, () =>
          v2.operations(id).fetch(),
        )
        return body
      }
      await whilePending(session, deletion, look)
      const accepted = await deletion()
      const { operationId } = await completed(session, accepted.statusUrl)
      assert.notEqual((await look(operationId, accepted)).completedAt, null)
    },
  },
  {
    name: 'answers 404 for an id that is unknown, malformed or of the other API',
    run: async (session) => {
      const { v2 } = session.client.conversations
      for (const id of [
        'proc_job_01h455vb4pex5vsknk084sn02q',
        'proc_job_1',
        'mem_operation_01h455vb4pex5vsknk084sn02q',
      ]) {
        await session.refused({ status: 404, code: 20404 }, () => v2.operations(id).fetch())
      }
    },
  },
])

const memoryCases = about('GET /v1/ControlPlane/Operations/{operationId}', [
  {
    name: 'shows every field while it waits, when it is done and when it failed',
    run: async (session) => {
      const { v1 } = session.client.memory
      const storeId = await makeStore(session)
      const look = async (id: string) =>
        (await session.answered(memoryOperation, { status: 200 }, () => v1.operations(id).fetch())).body
      const pending = await whilePending(session, () => v1.stores(storeId).patch({ description: 'Moved' }), look)
      if (pending)
        assert.deepEqual([pending.completedAt, 'result' in pending, 'error' in pending], [null, false, false])

      const accepted = await v1.stores(storeId).patch({ description: 'Moved' })
      const { operationId } = await completed(session, accepted.statusUrl)
      const done = await session.answered(
        memoryOperation,
        {
          status: 200,
          values: {
            operationId,
            status: 'COMPLETED',
            statusUrl: accepted.statusUrl,
            result: { type: 'RESOURCE_ID', id: storeId },
            resultUrl: `${session.server.url}/v1/ControlPlane/Stores/${storeId}`,
          },
        },
        () => v1.operations(operationId).fetch(),
      )
      assert.equal(done.headers['operation-id'], operationId)
      assert.equal('error' in done.body, false)
    },
  },
  {
    name: 'refuses a malformed id and does not find an unknown one',
    run: async (session) => {
      const { v1 } = session.client.memory
      await session.refused({ status: 400, code: 520051, field: 'operationId' }, () => v1.operations('job').fetch())
      await session.refused({ status: 404, code: 20404 }, () =>
        v1.operations('mem_operation_01h455vb4pex5vsknk084sn02q').fetch(),
      )
    },
  },
])

export const operationCases: Case[] = [...conversationCases, ...memoryCases]
