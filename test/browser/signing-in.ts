import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import { assertAccessible, assertFits, signIn, type Visit } from './browser.ts'

export function signingIn(come: () => Visit): void {
  describe('signing in at the console', () => {
    let here: Visit
    before(() => {
      here = come()
    })

    test('is asked of whoever comes, and wrong words are refused with a reason', async () => {
      const { page, open, server } = here
      await open('/conversations')
      await page.getByRole('heading', { name: 'Sign in to Skein' }).waitFor()
      await assertAccessible(page, 'the sign-in')
      await page.getByLabel('Account SID or API key SID').fill(server.account.user)
      await page.getByLabel('Auth token or API key secret').fill('wrong')
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByText('Account SID and auth token do not belong together.').waitFor()
    })

    test('leads to the console, leaves nothing secret where scripts could read it, and outlives a reload', async () => {
      const { page, server } = here
      await signIn(here)
      const kept = (await page.evaluate(
        'JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }])',
      )) as string
      assert.ok(!kept.includes(server.account.password))
      assert.ok(!kept.includes('skein_session'))
      await page.reload()
      await page.getByRole('heading', { name: 'Home' }).waitFor()
      await assertAccessible(page, 'home')
    })

    test('reaches every view by keyboard alone', async () => {
      const { page } = here
      await page.keyboard.press('Tab')
      await page.keyboard.press('Enter')
      assert.equal(await page.evaluate('document.activeElement.id'), 'main')
    })

    test('fits on a phone', async () => {
      const { page } = here
      await page.setViewportSize({ width: 390, height: 844 })
      await assertFits(page, 'home')
      await page.getByRole('button', { name: 'Navigation' }).click()
      await page.getByRole('link', { name: 'Home' }).waitFor()
      await page.setViewportSize({ width: 1280, height: 800 })
    })

    test('ends with signing out', async () => {
      const { page, server } = here
      await page.getByRole('button', { name: 'default' }).click()
      await page.getByRole('menuitem', { name: 'Sign out' }).click()
      await page.getByRole('heading', { name: 'Sign in to Skein' }).waitFor()
      assert.equal((await page.request.get(`${server.url}/skein/v1/Session`)).status(), 401)
    })

    test('leaves no complaint in the browser', () => assert.deepEqual(here.complaints, []))
  })
}
