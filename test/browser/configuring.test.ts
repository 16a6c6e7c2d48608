import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, assertFits, enter, type Visit, visit, withoutBrowser } from './browser.ts'
import { lookThrough, makeConversations } from './long-list.ts'

const number = '+15550002222'
const customer = '+15551234567'
const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'

describe('whoever configures, at the console,', { skip: withoutBrowser }, () => {
  let here: Visit
  let id: string

  before(async () => {
    here = await visit()
    await enter(here)
  })
  after(() => here?.end())

  const say = (text: string, from = customer) =>
    here.server.ask('POST', '/skein/v1/Traffic', { channel: 'SMS', from, to: number, content: { type: 'TEXT', text } })

  test('makes a configuration step by step', async () => {
    const { page, open } = here
    await open('/configurations/new')
    await page.getByRole('textbox', { name: 'Name' }).fill('harbour')
    await page.getByRole('radio', { name: 'Group by participant addresses and channel type' }).check()
    await assertAccessible(page, 'the first step of the wizard')
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByRole('button', { name: 'Create a memory store' }).click()
    await page.getByRole('combobox', { name: 'Memory store' }).waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByLabel('Your number').fill(number)
    await page.getByRole('button', { name: 'Make rules in both directions' }).click()
    await page.getByLabel('SMS rule 2: from').waitFor()
    await assertAccessible(page, 'the channels of the wizard')
    for (const step of [4, 5, 6]) {
      await page.getByRole('button', { name: 'Next' }).click()
      await page.waitForURL(`**?step=${step}`)
    }
    await page.getByText(`SMS rule: from * to ${number}`).waitFor()
    await page.getByRole('button', { name: 'Create' }).click()
    await page.getByRole('heading', { name: 'harbour' }).waitFor()
    id = new URL(page.url()).pathname.split('/').at(-1) ?? ''
  })

  test('tests the rules before anything is captured', async () => {
    const { page } = here
    const tester = page.getByRole('region', { name: 'Rules tester' })
    await tester.getByLabel('Message to').fill(number)
    await tester.getByRole('button', { name: 'Test' }).click()
    await tester.getByText('It would be captured').waitFor()
    await tester.getByLabel('Message to').fill('+15559998888')
    await tester.getByRole('button', { name: 'Test' }).click()
    await tester.getByText('It would not be captured').waitFor()
    await assertAccessible(page, 'a configuration with its rules tested')
  })

  test('is warned of half a rule, and shown what saving deletes', async () => {
    const { page } = here
    const rules = page.getByRole('region', { name: 'Capture rules' })
    await rules.getByRole('button', { name: 'Edit capture rules' }).click()
    await rules.getByRole('button', { name: 'SMS rule 2: remove' }).click()
    await rules.getByText('It captures one direction only').waitFor()
    await rules.getByRole('button', { name: 'Save' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`SMS rule: from ${number} to *`).waitFor()
    await assertAccessible(page, 'the difference before saving')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await page.getByText('what it changed of version 1').waitFor()
    await rules.getByRole('button', { name: 'Edit capture rules' }).click()
    await rules.getByRole('button', { name: 'SMS rule 1: add the other direction' }).click()
    await rules.getByRole('button', { name: 'Save' }).click()
    await dialog.getByRole('button', { name: 'Save' }).click()
    await rules.getByRole('button', { name: 'Edit capture rules' }).waitFor()
  })

  test('finds a conversation by what was said, and reads it', async () => {
    const { page, open } = here
    await say('A flat white, please')
    await say('Where is my umbrella?', '+15557654321')
    await open('/conversations')
    await page.getByRole('link', { name: /15557654321/ }).waitFor()
    await page.getByRole('textbox', { name: 'Address' }).fill(customer)
    await page.getByRole('link', { name: /15557654321/ }).waitFor({ state: 'detached' })
    await assertAccessible(page, 'the list of conversations')
    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page.getByRole('textbox', { name: 'Text' }).fill('UMBRELLA')
    await page.getByRole('link', { name: new RegExp(`\\${customer}`) }).waitFor({ state: 'detached' })
    await page.getByRole('link', { name: /15557654321/ }).click()
    await page.getByText('Where is my umbrella?').waitFor()
    await page.getByRole('tab', { name: 'Results' }).click()
    await page.getByText('No operator has found anything here').waitFor()
    await assertAccessible(page, 'a conversation')
  })

  test('sees what happens appear without a reload', async () => {
    const { page, open } = here
    await open('/conversations?status=ACTIVE')
    await page.getByRole('link', { name: /15557654321/ }).waitFor()
    await say('Anybody there?', '+15553330000')
    await page.getByRole('link', { name: /15553330000/ }).waitFor()
  })

  test('scrolls and filters a long list, of which the screen holds a part', async () => {
    await makeConversations(here, number, 1500)
    const { rows } = await lookThrough(here, number, 1500)
    assert.equal(rows, 1)
    assert.deepEqual(here.complaints, [])
  })

  test('tries an operator on words that are typed, on a conversation, and on one that is not there', async () => {
    const { page, open, server } = here
    await open(`/operators/${sentiment}`)
    const trial = page.getByRole('region', { name: 'Try it out' })
    await trial
      .getByRole('textbox', { name: 'Transcript' })
      .fill('Customer: This is terrible, I am furious!\nBusiness: I am sorry.')
    await trial.getByRole('button', { name: 'Try', exact: true }).click()
    await trial.getByText('negative', { exact: true }).waitFor()
    await trial.getByText(/^skein-local, \d+ ms/).waitFor()
    await assertAccessible(page, 'an operator that was tried')
    const [conversation] = (await server.ask('GET', '/v2/Conversations?pageSize=1')).body.conversations
    await trial.getByText('A conversation', { exact: true }).click()
    await trial.getByLabel('Conversation id').fill(conversation.id)
    await trial.getByRole('button', { name: 'Try', exact: true }).click()
    await trial.getByText('SUCCEEDED').waitFor()
    await trial.getByLabel('Conversation id').fill(`conv_conversation_${'0'.repeat(26)}`)
    await trial.getByRole('button', { name: 'Try', exact: true }).click()
    await trial.getByRole('alert').getByText('There is no conversation').waitFor()
    // Browsers report what a server does not find.
    assert.match(here.complaints.pop() ?? '', /404/)
    assert.equal(await page.getByText('No results').count(), 1)
  })

  test('changes the grouping, with a reload in the middle', async () => {
    const { page, open } = here
    await open(`/configurations/${id}/grouping`)
    await page.getByRole('radio', { name: 'Group by participant addresses', exact: true }).check()
    await assertAccessible(page, 'the assistant for another grouping')
    await page.getByRole('button', { name: 'Create the new configuration' }).click()
    await page.getByRole('button', { name: 'Close its open conversations' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Close its open conversations' }).click()
    await page.getByRole('button', { name: 'Copy the rules' }).waitFor()
    await page.reload()
    await page.getByText('0 conversations of the old one are open').waitFor()
    await page.getByRole('button', { name: 'Copy the rules' }).click()
    await page.getByRole('button', { name: 'Move the traffic over' }).click()
    await page.getByRole('button', { name: 'Delete the old configuration' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the old configuration' }).click()
    await page.getByRole('button', { name: 'Rename the new one' }).click()
    await page.getByText('Nothing is left to do here').waitFor()
    const { configurations } = (await here.server.ask('GET', '/v2/ControlPlane/Configurations')).body
    const [only, ...others] = configurations
    assert.equal(others.length, 0)
    assert.deepEqual(
      [only.displayName, only.conversationGroupingType, only.channelSettings.SMS.captureRules.length],
      ['harbour', 'GROUP_BY_PARTICIPANT_ADDRESSES', 2],
    )
    assert.equal((await say('Hello again')).body.results[0].created, true)
  })

  test('does all of it on a phone', async () => {
    const { page, open } = here
    await page.setViewportSize({ width: 390, height: 844 })
    const [only] = (await here.server.ask('GET', '/v2/ControlPlane/Configurations')).body.configurations
    for (const path of ['/conversations', '/configurations/new', `/configurations/${only.id}`]) {
      await open(path)
      await assertFits(page, path)
    }
    assert.deepEqual(here.complaints, [])
  })
})
