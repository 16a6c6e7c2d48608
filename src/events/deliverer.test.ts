import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { newId } from '../kernel/ids.ts'
import { narrowTargets } from './targets.ts'
import { inMailroom } from './testing/mailroom.ts'

const seconds = 1000
const minutes = 60 * seconds
const url = 'https://hooks.example.test/a'

/** Something that a test opens when it is time. */
function gate() {
  let open: () => void = () => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, passed }
}

describe('the deliverer', () => {
  it('tells a conversation’s events in order, one at a time', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      let atOnce = 0
      mailroom.receiver = async () => {
        atOnce += 1
        assert.equal(atOnce, 1)
        await new Promise((resolve) => setImmediate(resolve))
        atOnce -= 1
        return 204
      }
      await mailroom.happen(newId(), targets, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED', 'COMMUNICATION_CREATED'])
      await mailroom.deliver()
      assert.deepEqual(mailroom.sent, [
        `${url} CONVERSATION_CREATED`,
        `${url} PARTICIPANT_ADDED`,
        `${url} COMMUNICATION_CREATED`,
      ])
      assert.deepEqual(
        (await mailroom.deliveries()).map(({ n, word, attempts }) => [n, word, attempts]),
        [
          [1, 'DELIVERED', 1],
          [2, 'DELIVERED', 1],
          [3, 'DELIVERED', 1],
        ],
      )
    }))

  it('holds later events back until the second attempt of a failed one, then lets them pass it', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      mailroom.receiver = ({ event }) => (event.type === 'CONVERSATION_CREATED' ? 503 : 200)
      await mailroom.happen(newId(), targets, ['CONVERSATION_CREATED', 'COMMUNICATION_CREATED'])
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 1)
      mailroom.now += 5 * seconds
      await mailroom.deliver()
      assert.deepEqual(
        (await mailroom.deliveries()).map(({ word, attempts }) => [word, attempts]),
        [
          ['PENDING', 2],
          ['DELIVERED', 1],
        ],
      )
      mailroom.receiver = () => 200
      mailroom.now += 6 * minutes
      await mailroom.deliver()
      assert.deepEqual(
        (await mailroom.deliveries()).map(({ word }) => word),
        ['DELIVERED', 'DELIVERED'],
      )
    }))

  it('loses nothing that it had not sent when it is stopped in the middle of a conversation', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      const first = gate()
      mailroom.receiver = async () => {
        await first.passed
        return 200
      }
      const conversation = newId()
      await mailroom.happen(conversation, targets, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED', 'PARTICIPANT_ADDED'])
      await mailroom.deliverer.tick(mailroom.now)
      const stopped = mailroom.deliverer.stop()
      first.open()
      await stopped
      assert.equal(mailroom.sent.length, 1)
      const [lane] = await mailroom.lanes(conversation)
      assert.deepEqual([lane?.done, lane?.leased_until], [1, null])

      mailroom.deliverer = mailroom.newDeliverer()
      await mailroom.deliver()
      assert.deepEqual(
        (await mailroom.deliveries()).map(({ n }) => n),
        [1, 2, 3],
      )
    }))

  it('stops sending to a target that answered 410, and goes on from there when it is active again', () =>
    inMailroom(async (mailroom) => {
      const { owner, targets } = await mailroom.callbacks([url])
      mailroom.receiver = () => 410
      await mailroom.happen(newId(), targets, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED', 'COMMUNICATION_CREATED'])
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 1)
      assert.equal((await mailroom.target(targets[0] as string))?.state, 'DISABLED')

      mailroom.receiver = () => 200
      const moved = 'https://hooks.example.test/moved'
      assert.deepEqual((await mailroom.callbacks([moved], owner)).targets, targets)
      await mailroom.deliver()
      assert.deepEqual(mailroom.sent.slice(1), [`${moved} PARTICIPANT_ADDED`, `${moved} COMMUNICATION_CREATED`])
    }))

  it('sends the rest of a conversation to a URL that changed meanwhile', () =>
    inMailroom(async (mailroom) => {
      const { owner, targets } = await mailroom.callbacks([url])
      const moved = 'https://hooks.example.test/moved'
      mailroom.receiver = async () => {
        await mailroom.callbacks([moved], owner)
        return 200
      }
      await mailroom.happen(newId(), targets, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED'])
      await mailroom.deliver()
      assert.deepEqual(mailroom.sent, [`${url} CONVERSATION_CREATED`, `${moved} PARTICIPANT_ADDED`])
    }))

  it('holds nothing against a new URL that the one before answered', () =>
    inMailroom(async (mailroom) => {
      const moved = 'https://hooks.example.test/moved'
      for (const answer of [410, 503]) {
        const { owner, targets } = await mailroom.callbacks([url])
        mailroom.receiver = async ({ target }) => {
          if (target.url === moved) return 200
          await mailroom.callbacks([moved], owner)
          return answer
        }
        await mailroom.happen(newId(), targets, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED'])
        await mailroom.deliver()
        const target = await mailroom.target(targets[0] ?? '')
        assert.deepEqual([target?.state, target?.failures, target?.failing_since], ['ACTIVE', 0, null])
        if (answer === 410) assert.equal(mailroom.sent.at(-1), `${moved} PARTICIPANT_ADDED`)
      }
    }))

  it('does not move a lane back that another process took over', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      const late = gate()
      mailroom.receiver = async () => {
        await late.passed
        return 200
      }
      const conversation = newId()
      await mailroom.happen(conversation, targets, ['CONVERSATION_CREATED', 'PARTICIPANT_ADDED'])
      await mailroom.deliverer.tick(mailroom.now)
      const slow = mailroom.deliverer

      await mailroom.letLeasesLapse()
      mailroom.receiver = () => 200
      mailroom.deliverer = mailroom.newDeliverer()
      await mailroom.deliver()
      late.open()
      await slow.stop()
      const [lane] = await mailroom.lanes(conversation)
      assert.deepEqual([lane?.done, lane?.due_at], [2, null])
      assert.equal((await mailroom.deliveries()).length, 2)
    }))

  it('forgets what waits for a target that has been removed', () =>
    inMailroom(async (mailroom) => {
      const { owner, targets } = await mailroom.callbacks([url])
      mailroom.receiver = () => 500
      const conversation = newId()
      await mailroom.happen(conversation, targets)
      await mailroom.deliver()
      await mailroom.callbacks([], owner)
      // As when a node that had not heard of the removal yet wrote an event.
      await mailroom.happen(conversation, targets)
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 1)
      assert.deepEqual(await mailroom.lanes(conversation), [])
      assert.deepEqual(
        (await mailroom.deliveries()).map(({ word }) => word),
        ['CANCELLED'],
      )
    }))
})

describe('the lanes of other followers', () => {
  it('are left alone, and nothing of them is due to the deliverer', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      const conversation = newId()
      await mailroom.happen(conversation, [...targets, 'extraction'])
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 1)
      assert.equal(await mailroom.deliverer.nextDueAt(), null)
      await mailroom.store.transact((tx) => narrowTargets(tx, mailroom.account, conversation, targets, mailroom.now))
      const lanes = await mailroom.lanes(conversation)
      assert.deepEqual(
        lanes.map(({ follower, done, due_at }) => [follower, done, due_at]),
        [
          [targets[0], 1, null],
          ['extraction', 0, mailroom.now],
        ],
      )
    }))
})

describe('what is due, as of a moment', () => {
  it('is what happened before, also while its conversation has more, and not what happened since', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      const [first, second] = [newId(), newId()]
      await mailroom.happen(first, targets)
      const asOf = { now: mailroom.now, id: newId() }
      assert.equal(await mailroom.deliverer.nextDueAt(asOf), mailroom.now)
      await mailroom.happen(first, targets)
      assert.equal(await mailroom.deliverer.nextDueAt(asOf), mailroom.now)
      mailroom.receiver = async ({ event }) => {
        if (JSON.parse(event.data ?? '').place === 0 && mailroom.sent.length === 1)
          await mailroom.happen(second, targets)
        return 200
      }
      await mailroom.deliver()
      await mailroom.happen(second, targets)
      assert.equal(await mailroom.deliverer.nextDueAt(asOf), null)
      assert.equal(await mailroom.deliverer.nextDueAt(), mailroom.now)
    }))

  it('is also what is to be tried again later', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      mailroom.receiver = () => 503
      const asOf = { now: mailroom.now, id: newId() }
      await mailroom.happen(newId(), targets)
      await mailroom.deliver()
      assert.equal(await mailroom.deliverer.nextDueAt(asOf), mailroom.now + 5 * seconds)
    }))
})
