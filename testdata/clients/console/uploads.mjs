// Files are chosen, dropped and pasted, and become images.
import { say } from '../say.mjs'
import { choose, readRow, row, settled, slow, until } from './rows.mjs'

// choosing uploads files in one of the ways, with tags, and says what each row shows in the end.
export async function choosing(page, how, tags, ...files) {
  await page.getByRole('radio', { name: how }).check()
  await page.getByLabel('Tags').fill(tags)
  await page.evaluate(() => {
    window.heard = []
    const said = document.getElementById('said')
    new MutationObserver(() => heard.push(said.textContent)).observe(said, { childList: true })
  })
  await choose(page, ...files)
  await until(page, files.length, ...settled)
  for (const one of await page.locator('.row').all()) say(await readRow(page, one))
  const summary = await page.textContent('#summary')
  await page.waitForFunction((summary) => heard.some((said) => said.includes(summary)), summary)
  say({ summary, heard: await page.evaluate(() => heard) })
}

// broken has the first two connections of an upload break off.
export async function broken(page, file) {
  const seen = []
  let breaks = 2
  await page.route('**/upload?*', async (route) => {
    if (breaks-- > 0) return route.abort('connectionreset')
    seen.push(route.request().headers()['idempotency-key'])
    await route.continue()
  })
  await choose(page, file)
  await until(page, 1, 'interrupted')
  say({ state: await page.textContent('.state') })
  await until(page, 1, 'done')
  say(await readRow(page, page.locator('.row')))
}

// cancelling takes uploads back while they are sent, and while they wait, and has one go on after all.
export async function cancelling(page, ...files) {
  await slow(page, 100_000)
  await choose(page, ...files)
  await page.waitForFunction(() => document.querySelectorAll('.row[data-look=active]').length === 3)
  const states = () => page.$$eval('.row', (rows) => rows.map((r) => r.querySelector('.state').textContent))
  say({ states: await states() })
  const names = await page.$$eval('.name', (all) => all.map((name) => name.textContent))
  for (const name of names.toReversed()) await row(page, name).getByRole('button', { name: /^Cancel/ }).click()
  await until(page, files.length, 'cancelled')
  say({ states: await states(), summary: await page.textContent('#summary') })
  await slow(page, 0)
  await row(page, names[0]).getByRole('button', { name: /^Retry/ }).click()
  await until(page, 1, 'done')
  say(await readRow(page, row(page, names[0])))
}

// dropping drops files and a folder, as the file manager does.
export async function dropping(page, count, ...paths) {
  const wire = await page.context().newCDPSession(page)
  const { x, y } = await page.locator('#images-title, main').first().boundingBox() // not the zone: all of the page takes them
  const data = { items: [], files: paths, dragOperationsMask: 1 }
  await wire.send('Input.dispatchDragEvent', { type: 'dragEnter', x: x + 5, y: y + 5, data })
  await wire.send('Input.dispatchDragEvent', { type: 'dragOver', x: x + 5, y: y + 5, data })
  say({ highlighted: await page.$eval('#drop', (zone) => zone.classList.contains('over')) })
  await wire.send('Input.dispatchDragEvent', { type: 'drop', x: x + 5, y: y + 5, data })
  await until(page, Number(count), ...settled)
  say({ highlighted: await page.$eval('#drop', (zone) => zone.classList.contains('over')) })
  say({ names: await page.$$eval('.row[data-look=done] .name', (all) => all.map((name) => name.textContent)) })
}

// pasting pastes a picture.
export async function pasting(page, base64) {
  await page.evaluate((base64) => {
    const transfer = new DataTransfer()
    transfer.items.add(new File([Uint8Array.fromBase64?.(base64) ?? Uint8Array.from(atob(base64), (c) => c.charCodeAt())], 'image.png', { type: 'image/png' }))
    document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: transfer, bubbles: true }))
  }, base64)
  await until(page, 1, 'done')
  say(await readRow(page, page.locator('.row')))
}

// leaving tries to close the page with nothing under way, and while something is.
export async function leaving(page, file) {
  const asked = []
  page.on('dialog', (dialog) => {
    asked.push(dialog.type())
    dialog.accept()
  })
  await page.getByRole('heading', { name: 'Upload images' }).click() // browsers ask only who has used the page
  await page.reload()
  say({ asked })
  await slow(page, 100_000)
  await page.getByRole('heading', { name: 'Upload images' }).click()
  await choose(page, file)
  await until(page, 1, 'active')
  await page.reload()
  say({ asked })
}

// delivering sends a file by a presigned upload, and says where its bytes went, and with what.
export async function delivering(page, look, file) {
  const sent = []
  page.on('request', (request) => {
    if (request.method() === 'PUT') sent.push({ to: new URL(request.url()).origin, authorization: request.headers().authorization ?? '' })
  })
  await page.evaluate(() => sessionStorage.setItem('lightwell.token', 'a token that nobody asks for'))
  await page.getByRole('radio', { name: 'Presigned' }).check()
  await choose(page, file)
  await until(page, 1, look)
  say({ sent: sent[0] })
  say(await readRow(page, page.locator('.row')))
}
