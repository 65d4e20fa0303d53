// Fills in a form as a person does, and reads what the browser shows then:
//   node form.mjs CHROMIUM FOLDER PAGE TAGS FILE...
import { withPage } from './browser.mjs'
import { say } from './say.mjs'

const [chromium, folder, address, tags, ...files] = process.argv.slice(2)

await withPage(chromium, folder, async (page) => {
  await page.goto(address)
  await page.setInputFiles('input[type=file]', files)
  await page.fill('input[name=tags]', tags)
  const answered = page.waitForResponse((response) => response.request().method() === 'POST')
  await page.click('button')
  const response = await answered
  await page.waitForURL(response.url())
  say({ answered: response.status(), shown: await page.innerText('body') })
})
