import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Failure } from '../../kernel/failure.ts'
import { newId } from '../../kernel/ids.ts'
import { narrowTargets } from '../targets.ts'
import { inMailroom, type Mailroom } from '../testing/mailroom.ts'
import { replayDeliveries, replayDelivery } from './replay.ts'

const seconds = 1000
const minutes = 60 * seconds
const url = 'https://hooks.example.test/a'

const replayOf = ({ store, account, now }: Mailroom, id: string) => replayDelivery(store, account, id, now)
const conflict = (pattern: RegExp) => (error: unknown) =>
  error instanceof Failure && error.kind === 'conflict' && pattern.test(error.message)

/** A delivery that its target refused for good. */
async function refusedDelivery(mailroom: Mailroom, owner = newId()) {
  const { targets } = await mailroom.callbacks([url], owner)
  const conversation = newId()
  mailroom.receiver = () => 404
  await mailroom.happen(conversation, targets)
  await mailroom.deliver()
  mailroom.receiver = () => 200
  const delivery = (await mailroom.deliveries()).find((row) => row.conversation_id === conversation)
  assert.equal(delivery?.word, 'DEAD')
  return { delivery, targets, owner, conversation }
}

describe('a replay', () => {
  it('sends a dead delivery again with the same token to the URL of now', () =>
    inMailroom(async (mailroom) => {
      const { delivery, owner } = await refusedDelivery(mailroom)
      const moved = 'https://hooks.example.test/moved'
      await mailroom.callbacks([moved], owner)
      mailroom.now += minutes
      await replayOf(mailroom, delivery.id)
      await mailroom.deliver()
      assert.equal(mailroom.sent.at(-1), `${moved} COMMUNICATION_CREATED`)
      const [after] = await mailroom.deliveries()
      assert.deepEqual([after?.word, after?.token, after?.attempts], ['DELIVERED', delivery.token, 2])
      assert.deepEqual(
        (await mailroom.attempts(delivery.id)).map(({ number, status }) => [number, status]),
        [
          [1, 404],
          [2, 200],
        ],
      )
    }))

  it('begins the schedule anew and counts attempts on', () =>
    inMailroom(async (mailroom) => {
      const { delivery } = await refusedDelivery(mailroom)
      mailroom.receiver = () => 503
      await replayOf(mailroom, delivery.id)
      await mailroom.deliver()
      const [after] = await mailroom.deliveries()
      assert.deepEqual([after?.tries, after?.attempts, after?.due_at], [1, 2, mailroom.now + 5 * seconds])
    }))

  it('sends a delivered one once more', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      await mailroom.happen(newId(), targets)
      await mailroom.deliver()
      const [delivery] = await mailroom.deliveries()
      await replayOf(mailroom, delivery?.id ?? '')
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 2)
    }))

  it('hurries a lane that waits with the delivery, and lets nothing overtake it', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      const conversation = newId()
      mailroom.receiver = () => 503
      await mailroom.happen(conversation, targets, ['CONVERSATION_CREATED', 'COMMUNICATION_CREATED'])
      await mailroom.deliver()
      const [held] = await mailroom.deliveries()
      assert.deepEqual([held?.word, held?.due_at], ['PENDING', null])

      mailroom.receiver = () => 200
      await replayOf(mailroom, held?.id ?? '')
      await mailroom.deliver()
      assert.deepEqual(mailroom.sent, [
        `${url} CONVERSATION_CREATED`,
        `${url} CONVERSATION_CREATED`,
        `${url} COMMUNICATION_CREATED`,
      ])
    }))

  it('does not send at once what is under way, and sends it after that has failed', () =>
    inMailroom(async (mailroom) => {
      const { delivery } = await refusedDelivery(mailroom)
      let atOnce = 0
      const answers = [503, 404, 200]
      mailroom.receiver = async () => {
        atOnce += 1
        assert.equal(atOnce, 1)
        const answer = answers.shift() as number
        if (answer === 404) {
          await replayOf(mailroom, delivery.id)
          await mailroom.deliverer.tick(mailroom.now)
        }
        atOnce -= 1
        return answer
      }
      await replayOf(mailroom, delivery.id)
      await mailroom.deliver()
      mailroom.now += 5 * seconds
      await mailroom.deliver()
      const [after] = await mailroom.deliveries()
      assert.deepEqual([after?.word, after?.attempts], ['DELIVERED', 4])
    }))

  it('waits for a target that is disabled', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      mailroom.receiver = () => 410
      await mailroom.happen(newId(), targets)
      await mailroom.deliver()
      const [delivery] = await mailroom.deliveries()
      await replayOf(mailroom, delivery?.id ?? '')
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 1)
      assert.equal((await mailroom.deliveries())[0]?.word, 'PENDING')
    }))

  it('is refused when the target has been removed', () =>
    inMailroom(async (mailroom) => {
      const { delivery, owner } = await refusedDelivery(mailroom)
      await mailroom.callbacks([], owner)
      await assert.rejects(replayOf(mailroom, delivery.id), conflict(/its target skein_target_\w+ has been removed/))
    }))

  it('is refused when the conversation’s callbacks were cleared', () =>
    inMailroom(async (mailroom) => {
      const { delivery, conversation } = await refusedDelivery(mailroom)
      await mailroom.store.transact((tx) => narrowTargets(tx, mailroom.account, conversation, [], mailroom.now))
      await assert.rejects(replayOf(mailroom, delivery.id), conflict(/no longer has target/))
    }))

  it('is refused for a delivery that does not exist', () =>
    inMailroom(async (mailroom) => {
      await assert.rejects(replayOf(mailroom, newId()), (error: unknown) => (error as Failure).kind === 'not_found')
    }))
})

describe('a replay of many', () => {
  it('sends again all that the filter means, in several batches, and nothing else', () =>
    inMailroom(async (mailroom) => {
      const { targets } = await mailroom.callbacks([url])
      const types = Array(250).fill('COMMUNICATION_CREATED')
      mailroom.receiver = () => 404
      await mailroom.happen(newId(), targets, types)
      await mailroom.deliver()
      mailroom.receiver = () => 200
      mailroom.now += minutes
      await mailroom.happen(newId(), targets, types)
      await mailroom.deliver()

      const { store, account, now } = mailroom
      const [targetId = ''] = targets
      assert.equal(await replayDeliveries(store, account, { targetId, states: ['PENDING', 'DEAD'] }, now), 250)
      await mailroom.deliver()
      assert.equal(mailroom.sent.length, 750)
      assert.equal((await mailroom.deliveries()).filter(({ word }) => word === 'DELIVERED').length, 500)
      assert.equal(await replayDeliveries(store, account, { targetId, states: ['PENDING', 'DEAD'] }, now), 0)
    }))

  it('stays within the span of time', () =>
    inMailroom(async (mailroom) => {
      const first = await refusedDelivery(mailroom)
      const from = mailroom.now + 1
      mailroom.now += minutes
      const second = await refusedDelivery(mailroom, first.owner)
      const { store, account, now } = mailroom
      assert.equal(await replayDeliveries(store, account, { states: ['DEAD'], from }, now), 1)
      assert.equal(await replayDeliveries(store, account, { states: ['DEAD'], to: from }, now), 1)
      const states = new Map((await mailroom.deliveries()).map(({ id, word }) => [id, word]))
      assert.deepEqual([states.get(first.delivery.id), states.get(second.delivery.id)], ['PENDING', 'PENDING'])
    }))

  it('passes over what can not be sent any more', () =>
    inMailroom(async (mailroom) => {
      const gone = await refusedDelivery(mailroom)
      await mailroom.callbacks([], gone.owner)
      await refusedDelivery(mailroom)
      const { store, account, now } = mailroom
      assert.equal(await replayDeliveries(store, account, { states: ['DEAD'] }, now), 1)
    }))
})
