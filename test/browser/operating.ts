import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { assertAccessible, type Visit } from './browser.ts'

/** At a server with the example set up. */
export function operating(come: () => Visit): void {
  describe('an operator at the console', () => {
    let here: Visit
    /** An application that listens at /hooks, and nowhere else. */
    let receiver: Server

    before(async () => {
      here = come()
      // Whatever was said before is over: the next message begins a conversation.
      await here.server.ask('POST', '/skein/v1/Clock', { advanceMinutes: 180 })
    })
    after(() => {
      receiver?.close()
    })

    async function openConfiguration(): Promise<void> {
      await here.open('/configurations')
      await here.page.getByRole('link', { name: /^example-/ }).click()
      await here.page.getByRole('heading', { name: 'Conversation lifecycle and timeouts' }).waitFor()
    }

    test('changes the timeouts of a channel', async () => {
      const { page } = here
      await openConfiguration()
      await page.getByRole('button', { name: 'Edit', exact: true }).click()
      await page.getByLabel('SMS: inactive after').fill('5')
      await page.getByRole('button', { name: 'Save', exact: true }).click()
      await page.getByText('SMS: inactive after 5 minutes, closed after 60 minutes').waitFor()
      await assertAccessible(page, 'a configuration')
    })

    test('merges two profiles after a look at what that does, and takes it back', async () => {
      const { page, open, server } = here
      const [storeId] = (await server.ask('GET', '/v1/ControlPlane/Stores')).body.stores
      const made = async (phone: string) => {
        const body = { traits: { Contact: { phone } } }
        return (await server.ask('POST', `/v1/Stores/${storeId}/Profiles`, body)).body.id as string
      }
      const [one, other] = [await made('+15553334444'), await made('+15553335555')]
      await open(`/profiles/${storeId}/${one}`)
      await page.getByRole('button', { name: 'Merge' }).click()
      await page.getByLabel('Merge with profile').fill(other)
      await page.getByText('would stay and gain 1 identifiers').waitFor()
      await page.getByRole('dialog').getByRole('button', { name: 'Merge' }).click()
      await page.getByRole('button', { name: 'Unmerge' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Unmerge' }).click()
      await page.getByText('UNDONE').waitFor()
      await assertAccessible(page, 'a profile')
    })

    test('finds a webhook that failed, repairs it and replays it', async () => {
      const { page, open } = here
      receiver = createServer((request, response) => {
        if (request.url?.startsWith('/hooks?')) response.end()
        else response.writeHead(404).end('Nobody listens here')
      })
      await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
      const application = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`
      const callBack = async (url: string) => {
        await openConfiguration()
        await page.getByLabel('Callback URL').fill(url)
        await page.getByRole('button', { name: 'Save changes' }).click()
        await page.getByRole('button', { name: 'Save changes', disabled: false }).waitFor()
      }
      await callBack(`${application}/hoks`)
      await open('/phones')
      await page
        .getByRole('region', { name: 'Kiran’s phone' })
        .getByLabel('SMS to +15550001111', { exact: true })
        .fill('Are you open?')
      await page.keyboard.press('Enter')
      await page.getByRole('region', { name: 'Conversations as they form' }).getByText('Are you open?').waitFor()

      await open('/webhooks')
      await page.getByText('Given up', { exact: true }).click()
      await page.getByRole('link', { name: /^CONVERSATION_CREATED/ }).click()
      await page.getByText('Nobody listens here').waitFor()
      await assertAccessible(page, 'a delivery')
      const delivery = new URL(page.url()).pathname.replace('/console', '')

      await callBack(`${application}/hooks`)
      await open(delivery)
      await page.getByRole('button', { name: 'Replay' }).click()
      await page.getByText('DELIVERED', { exact: true }).waitFor()
      await page.getByText('2. 200').waitFor()
    })
  })
}
