// Sends a plain form with a file, and says how that is answered:
//   node formpost.mjs CHROMIUM FOLDER PAGE FILE
import { withPage } from './browser.mjs'
import { say } from './say.mjs'

const [chromium, folder, address, file] = process.argv.slice(2)

await withPage(chromium, folder, async (page) => {
  await page.goto(address)
  await page.setInputFiles('input[type=file]', file)
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.click('button')
  say({ answered: (await answered).status() })
})
