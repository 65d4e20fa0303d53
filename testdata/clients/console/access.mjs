// A server that wants a token.
import { say } from '../say.mjs'
import { inspect } from './audit.mjs'
import { choose, focused, readRow, until } from './rows.mjs'

// entering uploads without a token, with a wrong one, and with the right one, which is remembered in the tab alone.
export async function entering(page, wrong, right, ...files) {
  const secrets = []
  page.on('request', (request) => {
    const { authorization } = request.headers()
    if (authorization || request.url().includes(right)) secrets.push({ url: request.url(), authorization })
  })
  await page.getByLabel('Token for uploads').waitFor() // the page has found out by itself
  await choose(page, files[0])
  await until(page, 1, 'waiting')
  await page.waitForFunction(() => document.querySelector('.state').textContent === 'Waiting for a token')
  say({ told: await page.textContent('#token-said'), invalid: await page.getAttribute('#token', 'aria-invalid') })

  await page.getByLabel('Token for uploads').fill(wrong)
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.querySelector('#token').ariaInvalid === 'true')
  say({ told: await page.textContent('#token-said'), focused: await focused(page), state: await page.textContent('.state') })
  say(await inspect(page))

  await page.getByLabel('Token for uploads').fill(right)
  await page.getByRole('button', { name: 'Use this token' }).click()
  await until(page, 1, 'done')
  say({ told: await page.textContent('#token-said'), invalid: await page.getAttribute('#token', 'aria-invalid') })
  say(await readRow(page, page.locator('.row')))

  await page.reload()
  await choose(page, files[1])
  await until(page, 1, 'done')
  const kept = await page.evaluate(() => ({ local: JSON.stringify(localStorage), session: JSON.stringify(sessionStorage), cookies: document.cookie }))
  say({ kept, secrets })
}
