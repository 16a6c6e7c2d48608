import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type twilio from 'twilio'
import { createDatabase, type Database } from '../../test/postgres.ts'
import { Epochs } from '../accounts/epochs.ts'
import type { CommandContext } from '../conversations/commands/working.ts'
import { lockConversations } from '../conversations/rows.ts'
import { statements } from '../store/statement.ts'
import { openWorld, type World } from '../testing/app.ts'
import { interrupted } from '../testing/interrupted-store.ts'
import { deleteClassicConversation } from './commands/conversations.ts'
import { updateMessage } from './commands/messages.ts'
import { updateClassicParticipant } from './commands/participants.ts'
import { deleteService } from './commands/services.ts'
import { lockConversation, lockConversationsOf } from './conversation-rows.ts'
import { type ClassicMessageRow, lockMessage } from './message-rows.ts'
import { lockParticipant } from './participant-rows.ts'
import { Presence } from './presence.ts'
import { foreseeBound } from './receiving.ts'
import { officialClient } from './testing/official-client.ts'

const statement = statements<{ classic_message: ClassicMessageRow }>()
const allMessages = statement<object>()((db) => db.selectFrom('classic_message').selectAll())

describe('a classic service that two nodes write to, on PostgreSQL', () => {
  let database: Database
  let world: World
  let client: twilio.Twilio
  let service: string
  before(async () => {
    database = await createDatabase({ fast: true, schema: true })
    world = await openWorld({ SKEIN_DATABASE: database.url })
    client = officialClient(world.app, world)
    service = (await client.conversations.v1.services.create({ friendlyName: 'kiosk' })).sid
    await world.makeConfiguration({ conversationsV1Bridge: { serviceId: service } })
  })
  after(async () => {
    await world?.close()
    await database?.drop()
  })

  const request = () => ({ account: world.account, requestId: '' })
  const late = (before: Parameters<typeof interrupted>[1], meanwhile: () => Promise<unknown>): CommandContext => ({
    ...world.commands,
    store: interrupted(world.store, before, meanwhile),
  })
  const chat = async (of = service) => {
    const { sid } = await client.conversations.v1.services(of).conversations.create({})
    const conversation = client.conversations.v1.services(of).conversations(sid)
    const { sid: participant } = await conversation.participants.create({ identity: 'kiran' })
    return { conversation, participant, path: { service: of, conversation: sid } }
  }
  const bodies = async () => (await world.store.read.all(allMessages, {})).map(({ body }) => body)

  it('keeps what two change in one message', async () => {
    const { conversation, path } = await chat()
    const { sid } = await conversation.messages.create({ author: 'kiran', body: 'Open at sux?' })
    const context = late(lockMessage, () => conversation.messages(sid).update({ body: 'Open at six?' }))
    await updateMessage(context, request(), { ...path, message: sid }, { attributes: '{"seen":true}' })
    const { body, attributes } = await conversation.messages(sid).fetch()
    assert.deepEqual([body, attributes], ['Open at six?', '{"seen":true}'])
  })

  it('keeps what two change in one participant', async () => {
    const { conversation, participant, path } = await chat()
    const context = late(lockParticipant, () =>
      conversation.participants(participant).update({ lastReadMessageIndex: 3 }),
    )
    await updateClassicParticipant(context, request(), { ...path, participant }, { attributes: '{"vip":true}' })
    const { lastReadMessageIndex, attributes } = await conversation.participants(participant).fetch()
    assert.deepEqual([lastReadMessageIndex, attributes], [3, '{"vip":true}'])
  })

  it('leaves no message of a conversation that is deleted while it is written', async () => {
    const { conversation, path } = await chat()
    const context = late(lockConversation, () => conversation.messages.create({ author: 'kiran', body: 'Left behind' }))
    await deleteClassicConversation(context, request(), path)
    assert.ok(!(await bodies()).includes('Left behind'))
  })

  it('leaves nothing of a service that is deleted while somebody writes in it', async () => {
    const other = await client.conversations.v1.services.create({ friendlyName: 'other' })
    const { conversation } = await chat(other.sid)
    const { store } = late(lockConversationsOf, () =>
      conversation.messages.create({ author: 'kiran', body: 'Left in a service' }),
    )
    await deleteService(store, world.account, other.sid)
    assert.ok(!(await bodies()).includes('Left in a service'))
  })

  /** A phone that is bound beside an agent, and how a node that is late takes a message of it. */
  const bound = async (n: number) => {
    const [phone, proxy] = [`+155577720${n}`, `+155566620${n}`]
    const { conversation } = await chat()
    const binding = { 'messagingBinding.address': phone, 'messagingBinding.proxyAddress': proxy }
    const { sid } = await conversation.participants.create(binding)
    const presence = new Presence(world.store.read, new Epochs(world.store))
    const messageId = `SM${String(n).repeat(16)}`
    const message = {
      messageId,
      channel: 'SMS',
      direction: 'INBOUND',
      from: phone,
      to: [proxy],
      text: `Here ${n}`,
      status: 'received',
    } as const
    const take = (context: CommandContext) => foreseeBound(context, presence).message(request(), message)
    return { conversation, sid, take }
  }

  it('takes a message of a bound phone once, whichever nodes get it', async () => {
    const { take } = await bound(11)
    const context = late(lockConversations, async () => assert.equal((await take(world.commands))?.outcome, 'CAPTURED'))
    assert.equal((await take(context))?.outcome, 'DUPLICATE')
    assert.equal((await bodies()).filter((body) => body === 'Here 11').length, 1)
  })

  it('leaves a message to the capture rules when its phone is unbound meanwhile', async () => {
    const { take, conversation, sid } = await bound(12)
    const context = late(lockConversations, () => conversation.participants(sid).remove())
    assert.equal(await take(context), undefined)
    assert.ok(!(await bodies()).includes('Here 12'))
  })
})
