// Uses the upload page as a person does, and says what that sees:
//   node console.mjs CHROMIUM FOLDER SCENARIO PAGE [ARGUMENT...]
// The scenarios are the functions of the modules in console/.
import { withPage } from './browser.mjs'
import * as access from './console/access.mjs'
import * as audit from './console/audit.mjs'
import * as hands from './console/hands.mjs'
import * as resume from './console/resume.mjs'
import * as uploads from './console/uploads.mjs'
import { say } from './say.mjs'

const [chromium, folder, scenario, address, ...args] = process.argv.slice(2)
const play = { ...access, ...audit, ...hands, ...resume, ...uploads }[scenario]

await withPage(chromium, folder, async (page) => {
  const wrong = []
  page.on('pageerror', (error) => wrong.push(String(error)))
  page.on('console', (message) => {
    // Of a refusal, which the page handles, Chromium says that a resource failed to load.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) wrong.push(message.text())
  })
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(address).origin })
  await page.goto(address)
  await play(page, ...args)
  say({ wrong })
})
