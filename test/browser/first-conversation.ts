import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertAccessible, assertFits, signIn, type Visit } from './browser.ts'

export function firstConversation(come: () => Visit): void {
  describe('a new server', () => {
    let here: Visit
    before(async () => {
      here = come()
      await signIn(here)
    })

    test('leads from its first steps to a first conversation, by handsets', async () => {
      const { page } = here
      await assertAccessible(page, 'home of a new server')
      await page.getByRole('button', { name: 'Set up an example' }).click()
      const phone = page.getByRole('region', { name: 'Kiran’s phone' })
      await phone.getByLabel('SMS to +15550001111', { exact: true }).fill('Two flat whites, please')
      await page.keyboard.press('Enter')
      const forming = page.getByRole('region', { name: 'Conversations as they form' })
      await forming.getByText('Two flat whites, please').click()
      await forming.getByText('no open conversation held its keys, so a new one began').waitFor()
      const business = page.getByRole('region', { name: 'The business' })
      await business.getByLabel('Answer +15551234567', { exact: true }).fill('In ten minutes')
      await page.keyboard.press('Enter')
      await phone.getByText('In ten minutes').waitFor()
      await assertAccessible(page, 'the phones')
    })

    test('shows time that is moved by the slider of its clock', async () => {
      const { page } = here
      await page.getByRole('button', { name: 'Let 15 min pass' }).click()
      await page.getByText('INACTIVE', { exact: true }).first().waitFor()
    })

    test('lists conversations, tells why a message is in one, renames, answers, closes and deletes it', async () => {
      const { page, open } = here
      await open('/conversations')
      await page.getByRole('list', { name: 'Conversations' }).getByRole('link').first().click()
      await page.getByRole('heading', { name: 'What happens next' }).waitFor()
      await page.getByRole('button', { name: 'Why is it here?' }).first().click()
      await page.getByText('Rule 1 of SMS matched').waitFor()
      await assertAccessible(page, 'a conversation')
      await page.getByRole('button', { name: 'Rename' }).click()
      await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Two flat whites')
      await page.getByRole('dialog').getByRole('button', { name: 'Rename' }).click()
      await page.getByRole('heading', { name: 'Two flat whites' }).waitFor()
      await page.getByRole('textbox', { name: 'Reply' }).fill('They are ready')
      await page.getByRole('button', { name: 'Send', exact: true }).click()
      await page.getByText('They are ready').first().waitFor()
      await page.getByRole('button', { name: 'Close', exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).last().click()
      await page.getByText('CLOSED', { exact: true }).first().waitFor()
      await page.getByRole('button', { name: 'Delete', exact: true }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
      await page.waitForURL('**/console/conversations')
      await open('/conversations')
      await page.getByText('No conversation here').waitFor()
      await assertAccessible(page, 'the list of conversations')
    })

    test('goes from view to view by keys, and shows in the debugger what happens while it is open', async () => {
      const { page, server } = here
      await page.locator('h1').click()
      await page.keyboard.press('Shift+?')
      await page.getByRole('heading', { name: 'Keyboard', exact: true }).waitFor()
      await page.keyboard.press('g')
      await page.keyboard.press('d')
      await page.getByRole('heading', { name: 'Debugger' }).waitFor()
      const created = page.getByRole('cell', { name: 'conversation.created', exact: true })
      await page.getByRole('region', { name: 'Events' }).waitFor()
      const before = await created.count()
      await server.ask('POST', '/skein/v1/Handsets/%2B15551234567/Messages', { to: '+15550001111', body: 'Once more' })
      await created.nth(before).waitFor()
    })

    test('fits on a phone in every view', async () => {
      const { page, open } = here
      await page.setViewportSize({ width: 390, height: 844 })
      for (const path of ['/', '/phones', '/conversations', '/webhooks']) {
        await open(path)
        await assertFits(page, path)
      }
      await page.setViewportSize({ width: 1280, height: 800 })
    })

    test('says what to do where there is nothing, and where an address leads nowhere', async () => {
      const { page, open } = here
      await open('/webhooks')
      await page.getByText('Nobody is told').waitFor()
      await assertAccessible(page, 'webhooks')
      await open('/nowhere')
      await page.getByText('There is no such page').waitFor()
    })

    test('puts a customer through to the desk, which answers and talks', async () => {
      const { page, open } = here
      await open('/phones')
      const phone = page.getByRole('region', { name: 'Kiran’s phone' })
      const business = page.getByRole('region', { name: 'The business' })
      const pass = () => page.getByRole('button', { name: 'Let 15 min pass' }).click()
      await business.getByRole('button', { name: 'Call +15551234567' }).click()
      await phone.getByRole('button', { name: 'Answer', exact: true }).click()
      const onDesk = business.getByRole('group', { name: 'Call on the desk' })
      await onDesk.getByRole('button', { name: 'Answer', exact: true }).click()
      await onDesk.getByLabel('Say', { exact: true }).fill('Your order is ready')
      await page.keyboard.press('Enter')
      await pass()
      await phone.getByRole('log', { name: 'What is heard' }).getByText('Your order is ready').waitFor()
      await onDesk.getByRole('button', { name: 'Hang up' }).click()
      await onDesk.waitFor({ state: 'detached' })
    })

    test('says where a view is in words that users of the original know', async () => {
      const { page, open } = here
      await open('/configurations')
      const trail = page.getByRole('navigation', { name: 'Where this is' })
      assert.equal(
        ((await trail.textContent()) ?? '').replaceAll(/\s*›\s*/g, ' › '),
        'Products & services › Conversation Orchestrator › Conversation configurations',
      )
    })

    test('leaves no complaint in the browser', () => assert.deepEqual(here.complaints, []))

    test('keeps its other views when one fails, and says so', async () => {
      const { page, open } = here
      await page.route(/assets\/limits-/, (route) => route.abort())
      await open('/limits')
      await page.getByRole('heading', { name: 'This view failed' }).waitFor()
      await page.getByRole('link', { name: 'Webhooks' }).click()
      await page.getByText('Nobody is told').waitFor()
    })
  })
}
