// Without a mouse, and without a clipboard.
import { say } from '../say.mjs'
import { inspect } from './audit.mjs'
import { choose, focused, slow, until } from './rows.mjs'

// typing uploads with the keyboard alone, and says where the focus comes by.
export async function typing(page, ...files) {
  const press = async (key) => {
    await page.keyboard.press(key)
    return focused(page)
  }
  const chosen = page.waitForEvent('filechooser') // well before: Chromium must have heard of it
  const order = [await press('Tab')]
  await page.keyboard.press('Space')
  const chooser = await chosen
  say({ several: chooser.isMultiple(), outline: await page.$eval('#drop', (zone) => getComputedStyle(zone).outlineStyle) })
  await chooser.setFiles(files)
  await until(page, files.length, 'done', 'failed')
  for (let at = await press('Tab'); at !== '' && at !== order[0]; at = await press('Tab')) order.push(at)
  say({ order })

  for (let at = await press('Tab'); !at.startsWith('Copy URL'); at = await press('Tab'));
  say({ outline: await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle) })
  await press('Enter')
  await page.waitForFunction(() => document.activeElement.textContent.startsWith('Copied'))
  say({ clipboard: await page.evaluate(() => navigator.clipboard.readText()), focused: await focused(page) })

  while (!(await press('Shift+Tab')).startsWith('Clear finished'));
  say({ focused: await press('Enter'), rows: await page.locator('.row').count() })
}

// keeping says where the focus is when the button that had it goes.
export async function keeping(page, file) {
  await slow(page, 100_000)
  await choose(page, file)
  await page.getByRole('button', { name: /^Cancel/ }).press('Enter')
  say({ focused: await focused(page) })
  await page.keyboard.press('Enter') // Retry
  say({ focused: await focused(page) })
  await slow(page, 0)
  await until(page, 1, 'done')
  say({ focused: await focused(page) })
}

// byHand copies where the page has no clipboard, as over plain HTTP: by the old way, and where that fails, too, from a field.
export async function byHand(page, file) {
  await page.addInitScript(() => Object.defineProperty(navigator, 'clipboard', { value: undefined, configurable: true }))
  await page.reload()
  await choose(page, file)
  await until(page, 1, 'done')
  const button = page.getByRole('button', { name: /^Copy URL/ })
  await button.click()
  await page.getByRole('button', { name: /^Copied/ }).waitFor()
  say({ fields: await page.locator('.by-hand').filter({ visible: true }).count(), focused: await focused(page) })
  await button.waitFor() // it says again what it does
  await page.evaluate(() => (document.execCommand = () => false))
  await button.click()
  say({
    fields: await page.locator('.by-hand').filter({ visible: true }).count(),
    focused: await focused(page),
    selected: await page.evaluate(() => {
      const { activeElement: at } = document
      return at.value.slice(at.selectionStart, at.selectionEnd)
    }),
    link: await page.getAttribute('.open', 'href'),
  })
  say(await inspect(page))
}
