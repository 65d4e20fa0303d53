// Uploads that come in pieces, and go on where they stopped.
import { say } from '../say.mjs'
import { choose, readRow, slow, until } from './rows.mjs'

// watch keeps what is asked of the door for resumable uploads, with what it has answered.
function watch(page) {
  const asked = []
  page.on('response', (response) => {
    const request = response.request()
    if (!request.url().includes('/upload/resumable/')) return
    const { 'upload-offset': offset } = request.headers()
    asked.push({ method: request.method(), path: new URL(request.url()).pathname, offset: Number(offset ?? -1), status: response.status() })
  })
  return asked
}

const kept = (page) => page.evaluate(() => Object.keys(localStorage).length)
const answered = (page, method) => page.waitForResponse((response) => response.request().method() === method && response.url().includes('/upload/resumable/'))

// reloading reloads the page in the middle of an upload, and chooses the same file again.
export async function reloading(page, file) {
  page.on('dialog', (dialog) => dialog.accept())
  await slow(page, 2_000_000)
  const first = watch(page)
  await Promise.all([answered(page, 'PATCH'), choose(page, file)])
  say({ kept: await kept(page) })
  await page.reload()
  const begun = [...first]
  say({ rows: await page.locator('.row').count(), kept: await kept(page) })
  await slow(page, 0)
  await choose(page, file)
  await until(page, 1, 'done')
  say({ begun, then: first.slice(begun.length), kept: await kept(page) })
  say(await readRow(page, page.locator('.row')))
}

// breaking has the second piece of an upload break off.
export async function breaking(page, file) {
  let pieces = 0
  await page.route('**/upload/resumable/*', (route) => {
    const broken = route.request().method() === 'PATCH' && ++pieces === 2
    return broken ? route.abort('connectionreset') : route.continue()
  })
  const asked = watch(page)
  await choose(page, file)
  await until(page, 1, 'interrupted')
  say({ state: await page.textContent('.state') })
  await until(page, 1, 'done')
  say({ asked, kept: await kept(page) })
  say(await readRow(page, page.locator('.row')))
}

// withdrawing takes an upload back in its middle, and then sends it after all.
export async function withdrawing(page, file) {
  await slow(page, 2_000_000)
  const asked = watch(page)
  await Promise.all([answered(page, 'PATCH'), choose(page, file)])
  await Promise.all([answered(page, 'DELETE'), page.getByRole('button', { name: /^Cancel/ }).click()])
  say({ state: await page.textContent('.state'), kept: await kept(page) })
  await slow(page, 0)
  await page.getByRole('button', { name: /^Retry/ }).click()
  await until(page, 1, 'done')
  say({ asked })
  say(await readRow(page, page.locator('.row')))
}
