import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { enter, type Visit, visit, withoutBrowser } from './browser.ts'
import { asked, exampleVoice, makeConfiguration, makeNumber, makeStore } from './preparing.ts'

const kiran = { mobile: '+15551234567', second: '+15559876543' }

/** Three numbers that hear the same, and how many conversations each should make of it. */
const desks = [
  ['by-channel', '+15550000001', 'GROUP_BY_PARTICIPANT_ADDRESSES_AND_CHANNEL_TYPE', 4],
  ['by-address', '+15550000002', 'GROUP_BY_PARTICIPANT_ADDRESSES', 2],
  ['by-profile', '+15550000003', 'GROUP_BY_PROFILE', 1],
] as const
const relayNumber = '+15550000004'
const agentFile = join(import.meta.dirname, '..', '..', 'examples', 'voice-agent', 'agent.ts')

describe('handsets on the screen', { skip: withoutBrowser }, () => {
  let here: Visit
  let agent: ChildProcess

  before(async () => {
    here = await visit()
    const { server } = here
    const store = await makeStore(server)
    const traits = { Contact: { phone: kiran.mobile } }
    const { id } = await asked(server, 'POST', `/v1/Stores/${store}/Profiles`, { traits })
    const second = { idType: 'phone', value: kiran.second }
    await asked(server, 'POST', `/v1/Stores/${store}/Profiles/${id}/Identifiers`, second)
    for (const [displayName, number, conversationGroupingType] of desks) {
      await makeNumber(server, number, exampleVoice(server))
      await makeConfiguration(server, store, { displayName, number, conversationGroupingType })
    }
    const configuration = await makeConfiguration(server, store, {
      displayName: 'agent',
      number: relayNumber,
      channelSettings: { VOICE: { statusTimeouts: null } },
    })
    agent = spawn(process.execPath, [agentFile], {
      env: {
        PATH: process.env.PATH,
        TWILIO_AUTH_TOKEN: server.account.password,
        CONVERSATION_CONFIGURATION: configuration,
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [printed] = await once(agent.stdout as NonNullable<typeof agent.stdout>, 'data')
    await makeNumber(server, relayNumber, `${/http:\S+/.exec(String(printed))?.[0]}/voice`)
    await enter(here)
    await here.open('/phones')
  })
  after(async () => {
    agent?.kill()
    await here?.end()
  })

  const phone = (name: string) => here.page.getByRole('region', { name, exact: true })
  const forming = () => here.page.getByRole('region', { name: 'Conversations as they form' })

  async function choose(name: string, number: string): Promise<void> {
    await phone(name).getByRole('combobox', { name: 'To', exact: true }).click()
    await here.page.getByRole('option', { name: number }).click()
  }

  async function write(name: string, label: string, text: string): Promise<void> {
    await phone(name).getByLabel(label, { exact: true }).fill(text)
    await here.page.keyboard.press('Enter')
    await phone(name).getByRole('log').first().getByText(text).waitFor()
  }

  async function pass(): Promise<void> {
    await here.page.getByRole('button', { name: '6 seconds' }).click()
  }

  for (const [name, number, , count] of desks) {
    test(`make ${count} of Kiran’s four contacts ${name}`, async () => {
      await choose('Kiran’s phone', number)
      await write('Kiran’s phone', `SMS to ${number}`, `Is it ready? ${name}`)
      await phone('Kiran’s phone')
        .getByRole('button', { name: `Call ${number}` })
        .click()
      await phone('Kiran’s phone').getByLabel('Say', { exact: true }).fill('I am at the door')
      await here.page.keyboard.press('Enter')
      await pass()
      await phone('Kiran’s phone').getByRole('button', { name: 'Hang up' }).click()
      await phone('Kiran’s phone').getByText('WhatsApp', { exact: true }).click()
      await write('Kiran’s phone', `WhatsApp to ${number}`, `I forgot my keys ${name}`)
      await phone('Kiran’s phone').getByText('SMS', { exact: true }).click()
      await choose('Kiran’s second phone', number)
      await write('Kiran’s second phone', `SMS to ${number}`, `It is me again ${name}`)
      const group = forming().getByRole('region', { name, exact: true })
      await group.getByText('It is me again').waitFor()
      await group.getByText('I am at the door').waitFor()
      assert.equal(await group.locator('[data-conversation]').count(), count)
    })
  }

  test('talk with a relay application, which is captured with both sides', async () => {
    const { page } = here
    await choose('Kiran’s phone', relayNumber)
    await phone('Kiran’s phone')
      .getByRole('button', { name: `Call ${relayNumber}` })
      .click()
    await phone('Kiran’s phone').getByLabel('Say', { exact: true }).waitFor()
    await pass()
    const heard = phone('Kiran’s phone').getByRole('log', { name: 'What is heard' })
    await heard.getByText('How can I help?').waitFor()
    await phone('Kiran’s phone').getByLabel('Say', { exact: true }).fill('My parcel is late')
    await page.keyboard.press('Enter')
    await pass()
    await pass()
    await heard.getByText('Anything else?').waitFor()
    await phone('Kiran’s phone').getByRole('button', { name: 'Hang up' }).click()
    const group = forming().getByRole('region', { name: 'agent', exact: true })
    await group.getByText('My parcel is late', { exact: false }).first().waitFor()
    await group.getByText('Hello, this is the kiosk.').waitFor()
    assert.equal(await group.locator('[data-conversation]').count(), 1)
    await pass()
    await pass()
    await pass()
    await pass()
    await group.getByText('CLOSED', { exact: true }).waitFor()
  })

  test('leave no complaint in the browser', () => assert.deepEqual(here.complaints, []))
})
