import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, describe, it } from 'node:test'
import { openWorld, type World } from '../../testing/app.ts'
import { capture, message } from '../testing/capture.ts'
import { bodyOf, converse, participant } from '../testing/story.ts'

const folder = mkdtempSync(join(tmpdir(), 'skein-deletion-'))
const file = join(folder, 'skein.db')
const kiosk = '+15550001111'
const headers = { 'idempotency-key': '6f9619ff-8b86-4d01-b42d-00c04fc964ff' }

/** What only the deleted conversations know of; every one of these is searched for, byte by byte. */
const secrets = {
  capturedAddress: '+15551239876',
  capturedText: 'Captured: a flat white without sugar',
  laterAddress: '+15551239877',
  spokenText: 'Spoken: two croissants',
  spokenWord: 'croissantissimo',
  apiAddress: '+15551239878',
  apiText: 'Stored by the API: a receipt',
  formerText: 'Stored before it was updated',
  removedAddress: '+15551239879',
  formerAddress: '+15551239880',
  participantName: 'Kiranjit of the harbour',
  removedName: 'Somebody who left',
  name: 'Order of flat whites 7712',
  formerName: 'Order before it was renamed',
  metadata: 'gluten intolerance',
  formerMetadata: 'no intolerance at all',
  resourceId: 'SMdeletedresource',
  channelId: 'CAdeletedcall',
}
/** What other conversations hold, and must keep. */
const kept = { address: '+15551230000', text: 'Kept: a long black' }

describe('a deleted conversation', () => {
  let world: World
  let captured: string
  let made: string

  before(async () => {
    world = await openWorld({ SKEIN_DATABASE: `sqlite:${file}` })
    const settings = {
      captureRules: [
        { from: '*', to: kiosk },
        { from: kiosk, to: '*' },
      ],
      statusTimeouts: { inactive: 5, closed: 60 },
    }
    const configurationId = await world.makeConfiguration({
      channelSettings: { SMS: settings, VOICE: settings },
      statusCallbacks: [{ url: 'https://kiosk.example/hook', method: 'POST' }],
    })
    captured = await passiveStory(world)
    made = await activeStory(world, configurationId)
    await capture(world, message({ from: kept.address, content: { type: 'TEXT', text: kept.text } }))
  })
  after(async () => {
    await world.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('was in the files before, or looking for it would prove nothing', () => {
    for (const [what, secret] of Object.entries(secrets)) assert.ok(bytes().includes(secret), what)
  })

  it('leaves nothing of what was said, by whom or where in the database’s files', async () => {
    for (const id of [captured, made]) {
      const accepted = await world.delete(`/v2/Conversations/${id}`, id === made ? headers : {})
      assert.equal((await world.completed(accepted)).status, 'COMPLETED')
    }
    for (const [what, secret] of Object.entries(secrets)) assert.ok(!bytes().includes(secret), what)
  })

  it('is named by nothing but its operation, the answer to its deletion, and the note that it was deleted', () => {
    const db = new DatabaseSync(file, { readOnly: true })
    const tables = db.prepare(`select name from sqlite_master where type = 'table'`).all() as { name: string }[]
    const naming = tables
      .filter(({ name }) => {
        const rows = JSON.stringify(db.prepare(`select * from "${name}"`).all())
        return [captured, made].some((id) => rows.includes(id.slice(-26)))
      })
      .map(({ name }) => name)
    db.close()
    assert.deepEqual(naming.sort(), ['diagnostic', 'idempotency', 'operation'])
  })

  it('takes nothing with it that belongs to others', async () => {
    for (const secret of Object.values(kept)) assert.ok(bytes().includes(secret))
    const { conversations } = await bodyOf(world.get('/v2/Conversations'), 200)
    assert.equal(conversations.length, 1)
    const { communications } = await bodyOf(world.get(`/v2/Conversations/${conversations[0].id}/Communications`), 200)
    assert.equal(communications[0].content.text, kept.text)
  })
})

/** A captured conversation with messages, a call, a delivery report and a clock that ran out. */
async function passiveStory(world: World): Promise<string> {
  const from = secrets.capturedAddress
  const { conversationId } = await capture(
    world,
    message({ from, resourceId: secrets.resourceId, content: { type: 'TEXT', text: secrets.capturedText } }),
  )
  await capture(world, { kind: 'DELIVERY', resourceId: secrets.resourceId, deliveryStatus: 'READ' })
  await capture(world, { kind: 'STREAM_STARTED', channelId: secrets.channelId, from, to: kiosk })
  const words = [{ text: secrets.spokenWord }]
  const content = { type: 'TRANSCRIPTION', text: secrets.spokenText, transcription: { words } }
  await capture(world, message({ channel: 'VOICE', channelId: secrets.channelId, from, content }))
  await capture(world, message({ from: secrets.laterAddress, conversationId }))
  return conversationId
}

/** A conversation made through the API in which everything was changed once. */
async function activeStory(world: World, configurationId: string): Promise<string> {
  const { id, participants } = await converse(
    world,
    configurationId,
    [
      { name: secrets.participantName, ...participant('UNKNOWN', secrets.formerAddress) },
      { name: secrets.removedName, ...participant('HUMAN_AGENT', secrets.removedAddress) },
    ],
    {
      name: secrets.formerName,
      metadata: { diet: secrets.formerMetadata },
      configuration: { statusCallbacks: [{ url: 'https://kiosk.example/own', method: 'POST' }] },
    },
  )
  const path = `/v2/Conversations/${id}`
  await bodyOf(world.patch(path, { name: secrets.name, metadata: { diet: secrets.metadata } }), 200)
  const body = { name: secrets.participantName, ...participant('UNKNOWN', secrets.apiAddress) }
  await bodyOf(world.put(`${path}/Participants/${participants[0].id}`, body), 200)
  assert.equal((await world.delete(`${path}/Participants/${participants[1].id}`)).status, 204)
  for (const text of [secrets.formerText, secrets.apiText]) {
    const communication = {
      author: { channel: 'SMS', address: secrets.apiAddress },
      recipients: [{ channel: 'SMS', address: kiosk }],
      content: { type: 'TEXT', text },
      resourceId: 'SMupdated',
    }
    await bodyOf(world.post(`${path}/Communications`, communication), 201)
  }
  return id
}

/** Everything that the database has on the disk. */
function bytes(): Buffer {
  const names = ['', '-wal', '-shm', '-journal'].map((end) => `${file}${end}`).filter(existsSync)
  return Buffer.concat(names.map((name) => readFileSync(name)))
}
