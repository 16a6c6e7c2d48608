import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { type Environment, Skein, temporaryFolder } from '../skein.ts'

/** Where Debian's package puts it; another place may be named. */
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** Given to tests as `skip`: without a browser they say so and count as skipped. */
export const withoutBrowser = existsSync(executablePath)
  ? false
  : `There is no Chromium at ${executablePath}: install it (apt-get install chromium), or name one in CHROMIUM.`

/** The longest that anything on a page is waited for. */
const patienceMs = 15_000

/** A server of its own with a browser that is signed in, and everything that the pages complained about. */
export interface Visit {
  server: Skein
  page: Page
  /** Opens a view and waits for its heading. */
  open(path: string): Promise<void>
  complaints: string[]
  end(): Promise<void>
}

export interface VisitOptions {
  environment?: Environment
  viewport?: { width: number; height: number }
  colorScheme?: 'light' | 'dark'
}

export async function visit(options: VisitOptions = {}): Promise<Visit> {
  const server = await Skein.start(temporaryFolder(), { SKEIN_CLOCK: 'virtual', ...options.environment })
  const { context, close } = await openBrowser(options)
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
  page.on('console', (message) => {
    // The first question of every page is who is signed in; the answer of nobody is a 401, which browsers report.
    if (message.type() === 'error' && !/401|net::ERR/.test(message.text()))
      complaints.push(`${page.url()}: ${message.text()}`)
  })
  return {
    server,
    page,
    complaints,
    open: async (path) => {
      await page.goto(`${server.url}/console${path}`)
      await page.locator('h1').first().waitFor()
    },
    end: async () => {
      await close()
      await server.stop()
    },
  }
}

async function openBrowser({ viewport = { width: 1280, height: 800 }, colorScheme = 'light' }: VisitOptions) {
  const profile = mkdtempSync(join(tmpdir(), 'skein-chromium-'))
  const context: BrowserContext = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: flags,
    viewport,
    colorScheme,
    reducedMotion: 'reduce',
    timeout: 60_000,
  })
  context.setDefaultTimeout(patienceMs)
  const close = async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  }
  return { context, close }
}

/** To another view, without loading the page anew; resolves when the view has been loaded, or says what went wrong. */
export async function go(page: Page, path: string): Promise<void> {
  // The view that is left has a heading too, unless it is the one that is gone to.
  const stays = new URL(page.url()).pathname.replace(/\/$/, '') === `/console${path.split('?')[0]}`.replace(/\/$/, '')
  const mark = `document.querySelector('#main :is(h1, [role=alert])')?.setAttribute('data-left', '')`
  if (!stays) await page.evaluate(mark)
  await page.evaluate(`history.pushState(null, '', '/console${path}'); dispatchEvent(new PopStateEvent('popstate'))`)
  await page.locator('#main :is(h1, [role=alert]):not([data-left])').first().waitFor()
  const loading = page.locator('#main [aria-label=Loading]')
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' })
}

/** Through the page, as people do. */
export async function signIn({ page, server, open }: Visit): Promise<void> {
  await open('/')
  await page.getByLabel('Account SID or API key SID').fill(server.account.user)
  await page.getByLabel('Auth token or API key secret').fill(server.account.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Home' }).waitFor()
}

/** By a session from the API, for stories that are about something else than signing in. */
export async function enter({ page, server }: Visit): Promise<void> {
  const data = { sid: server.account.user, secret: server.account.password }
  const answer = await page.request.post(`${server.url}/skein/v1/Session`, { data })
  assert.equal(answer.status(), 201)
}

const axeSource = readFileSync(join(import.meta.dirname, '../../node_modules/axe-core/axe.min.js'), 'utf8')

interface Finding {
  id: string
  impact: string | null
  nodes: { html: string; failureSummary?: string }[]
}

/**
 * Nothing serious for axe to find on the page as it is, by the rules of WCAG 2.2 AA. What is `known` is left out: it is the same
 * on every page and was looked at on another.
 */
export async function assertAccessible(page: Page, what: string, known: readonly string[] = []): Promise<void> {
  // Evaluated by the debugger, which the page's policy does not bind; once a page, as it is half a megabyte.
  if (!(await page.evaluate('"axe" in globalThis'))) await page.evaluate(axeSource)
  const findings = (await page.evaluate(`axe.run({ exclude: ${JSON.stringify(known)} }, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    resultTypes: ['violations'],
  }).then((result) => result.violations)`)) as Finding[]
  const serious = findings.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  const told = serious.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html, failureSummary }) => `${html} ${failureSummary ?? ''}`)
        .slice(0, 3)
        .join('\n')}`,
  )
  assert.deepEqual(told, [], what)
}

/** The page is not wider than the screen, once what is drawn anew after a change of size, as charts are, has been. */
export async function assertFits(page: Page, what: string): Promise<void> {
  // What is too wide is hidden by the body: it has to be asked itself.
  const overflow = 'Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - window.innerWidth'
  await page.waitForFunction(`${overflow} <= 0`, undefined, { timeout: 5000 }).catch(async () => {
    assert.fail(`${what} is ${await page.evaluate(overflow)} pixels wider than the screen`)
  })
}
