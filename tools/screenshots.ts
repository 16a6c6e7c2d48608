/**
 * `npm run screenshots` takes a picture of every view of the console into docs/console/. It starts the product on a virtual
 * clock, plays the demo's cast on it, and lets Kiran write and call, so the pictures show the same every time.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { apiOf } from '../src/demo/api.ts'
import { cast } from '../src/demo/cast.ts'
import { inventCustomers } from '../src/demo/customers.ts'
import { planDay } from '../src/demo/day.ts'
import { desks } from '../src/demo/desks.ts'
import type { Dialogue } from '../src/demo/dialogue.ts'
import { playDay } from '../src/demo/play.ts'
import { randomOf } from '../src/demo/random.ts'
import { introduce, openShop } from '../src/demo/shop.ts'
import { go, signIn, type Visit, visit, withoutBrowser } from '../test/browser/browser.ts'
import { asked, exampleVoice, makeConfiguration, makeNumber } from '../test/browser/preparing.ts'

const folder = join(import.meta.dirname, '..', 'docs', 'console')
const kiosk = '+15550001111'
const kiran = '+15551234567'
const dialogues = 48
const sizes = { wide: { width: 1280, height: 800 }, small: { width: 390, height: 844 } }
const sentiment = 'intelligence_operator_01kcrvw16kfa88qvgrfmr7y151'

if (withoutBrowser) throw new Error(withoutBrowser)
mkdirSync(folder, { recursive: true })
const here = await visit()
try {
  const shown = await play(here)
  await signIn(here)
  for (const shot of shotsOf(shown)) await take(here.page, shot)
} finally {
  await here.end()
}

interface Shown {
  storeId: string
  profileId: string
  conversationId: string
  configurationId: string
  readerId: string
  targetId: string
  deliveryId: string
  requestId: string
}

/** A day at the demo's counters, and then Kiran at a kiosk of his own, whose application is not where it should be. */
async function play({ server }: Visit): Promise<Shown> {
  const api = apiOf(server.url, { keySid: server.key.user, keySecret: server.key.password })
  const opensAt = Date.parse((await api.get<{ now: string }>('/skein/v1/Clock')).now)
  const random = randomOf(7)
  const lines = Array.from({ length: dialogues }, (_, n) => cast[n % cast.length] as Dialogue)
  const events = planDay({ dialogues: lines, customers: inventCustomers(16, random), opensAt, random })
  const { memoryStoreId: storeId, desks: open } = await openShop(api, desks)
  await introduce(api, storeId, [...new Set(events.map(({ visit: one }) => one.customer))])
  await playDay({ api, desks: open, events, opensAt, onMoved: () => {} })

  const { items } = await asked(server, 'GET', '/v3/ControlPlane/Configurations')
  const readerId: string = items[0].id
  const { id: profileId } = await asked(server, 'POST', `/v1/Stores/${storeId}/Profiles`, {
    traits: { Contact: { firstName: 'Kiran', lastName: 'Rao', phone: kiran, city: 'Harbour Town' } },
  })
  await asked(server, 'POST', `/v1/Stores/${storeId}/Profiles/${profileId}/Observations`, {
    observations: [
      { content: 'Prefers oat milk.', source: 'kiosk', occurredAt: '2026-01-04T10:00:00Z' },
      { content: 'Works at the shipyard until four.', source: 'kiosk', occurredAt: '2026-01-03T10:00:00Z' },
    ],
  })
  await makeNumber(server, kiosk, exampleVoice(server))
  const configurationId = await makeConfiguration(server, storeId, {
    displayName: 'Kiosk by the harbour',
    description: 'Everything that reaches the kiosk',
    number: kiosk,
    conversationGroupingType: 'GROUP_BY_PROFILE',
    intelligenceConfigurationIds: [readerId],
    memoryExtractionEnabled: true,
    statusCallbacks: [{ url: `${server.url}/healthz`, method: 'POST' }],
  })
  const conversationId = await kiranAtTheKiosk({ server })
  const [delivery] = (await asked(server, 'GET', `/skein/v1/Deliveries?conversationId=${conversationId}`)).deliveries
  return {
    storeId,
    profileId,
    conversationId,
    configurationId,
    readerId,
    targetId: delivery.targetId,
    deliveryId: delivery.id,
    requestId: delivery.requestId,
  }
}

/** Two messages, an answer, a call to the desk and WhatsApp; the id of what comes of it. */
async function kiranAtTheKiosk({ server }: Pick<Visit, 'server'>): Promise<string> {
  const handset = `/skein/v1/Handsets/${encodeURIComponent(kiran)}`
  const desk = `/skein/v1/Handsets/${encodeURIComponent('client:desk')}/Calls`
  const pass = (advanceSeconds: number) => asked(server, 'POST', '/skein/v1/Clock', { advanceSeconds })
  const write = (body: string, channel = 'SMS') =>
    asked(server, 'POST', `${handset}/Messages`, { to: kiosk, body, channel })
  await write('Good morning! Is my order ready?')
  await pass(40)
  const form = new URLSearchParams({ From: kiosk, To: kiran, Body: 'In ten minutes, with oat milk.' }).toString()
  const headers = { 'content-type': 'application/x-www-form-urlencoded' }
  await server.ask('POST', `/2010-04-01/Accounts/${server.account.user}/Messages.json`, form, { headers })
  await pass(65)
  const { callSid } = await asked(server, 'POST', `${handset}/Calls`, { to: kiosk })
  await pass(5)
  const [ringing] = (await asked(server, 'GET', desk)).calls
  await asked(server, 'POST', `${desk}/${ringing.callSid}/Answer`)
  await pass(1)
  await asked(server, 'POST', `${desk}/${ringing.callSid}/Speech`, { text: 'Kiosk by the harbour, good morning' })
  await pass(3)
  await asked(server, 'POST', `${handset}/Calls/${callSid}/Speech`, {
    text: 'I am in the queue already. Could you bring it out?',
  })
  await pass(5)
  await asked(server, 'POST', `${handset}/Calls/${callSid}/Hangup`)
  await pass(20)
  await write('Got it, thank you. It was wonderful!', 'WHATSAPP')
  await pass(8)
  const { conversations } = await asked(server, 'GET', '/v2/Conversations?status=ACTIVE')
  return conversations[0].id
}

interface Shot {
  name: string
  path: string
  /** Done on the view before the picture is taken. */
  before?: (page: Page) => Promise<unknown>
  dark?: boolean
  phone?: boolean
}

function shotsOf(shown: Shown): Shot[] {
  const { storeId, profileId, conversationId, configurationId, readerId } = shown
  return [
    { name: 'home', path: '/?period=DAY' },
    { name: 'phones', path: '/phones', before: openReason },
    { name: 'home-dark', path: '/?period=DAY', dark: true },
    { name: 'phones-small', path: '/phones', phone: true },
    { name: 'conversations', path: '/conversations' },
    { name: 'conversation', path: `/conversations/${conversationId}` },
    { name: 'conversation-small', path: `/conversations/${conversationId}`, phone: true, dark: true },
    { name: 'configurations', path: '/configurations' },
    { name: 'configuration', path: `/configurations/${configurationId}` },
    { name: 'create-configuration', path: '/configurations/new' },
    { name: 'stuck', path: '/stuck' },
    { name: 'operations', path: '/operations' },
    { name: 'profiles', path: '/profiles' },
    { name: 'profile', path: `/profiles/${storeId}/${profileId}`, before: recall },
    { name: 'intelligence', path: '/intelligence' },
    { name: 'intelligence-configuration', path: `/intelligence/${readerId}` },
    { name: 'operators', path: '/operators' },
    { name: 'operator', path: `/operators/${sentiment}` },
    { name: 'results', path: '/results' },
    { name: 'debugger', path: '/debugger?source=conversation-orchestrator' },
    { name: 'request', path: `/debugger/${shown.requestId}` },
    { name: 'webhooks', path: '/webhooks' },
    { name: 'target', path: `/webhooks/targets/${shown.targetId}` },
    { name: 'delivery', path: `/webhooks/deliveries/${shown.deliveryId}` },
    { name: 'diagnosis', path: `/diagnosis?channel=SMS&from=15551234567&to=%2B15550001111` },
    { name: 'keys', path: '/keys' },
    { name: 'limits', path: '/limits' },
    { name: 'keyboard', path: '/keyboard' },
  ]
}

async function openReason(page: Page): Promise<void> {
  await page.locator('summary').first().click()
  await page.getByText('Grouped').first().waitFor()
}

async function recall(page: Page): Promise<void> {
  await page.getByLabel('What is of interest').fill('coffee')
  await page.getByRole('button', { name: 'Recall' }).click()
  await page.getByText(/Within \d+ ms/).waitFor()
}

async function take(page: Page, { name, path, before, dark, phone }: Shot): Promise<void> {
  await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' })
  await page.setViewportSize(phone ? sizes.small : sizes.wide)
  await go(page, path)
  await before?.(page)
  // What has been asked for last is drawn, and nothing waits for the pointer.
  await page.mouse.move(0, 0)
  await page.waitForTimeout(600)
  const devtools = await page.context().newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
  await devtools.detach()
  const picture = Buffer.from(data, 'base64')
  writeFileSync(join(folder, `${name}.webp`), picture)
  console.log(`${name}.webp ${Math.round(picture.length / 1024)} kB`)
}
