// Uploads files with Uppy in a page of another site; once the network is away for a moment:
//   node uppy.mjs CHROMIUM FOLDER PAGE http://HOST tus|xhr FILE...
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { withPage } from './browser.mjs'
import { say } from './say.mjs'

const [chromium, folder, address, at, kind, ...files] = process.argv.slice(2)
const here = dirname(fileURLToPath(import.meta.url))
const bundle = await build({ entryPoints: [join(here, 'uppy-page.mjs')], bundle: true, write: false, format: 'iife', logLevel: 'error' })

await withPage(chromium, folder, async (page) => {
  await page.goto(address)
  await page.addScriptTag({ content: bundle.outputFiles[0].text })
  await page.setInputFiles('input[type=file]', files)
  const done = page.evaluate(([kind, at]) => window.uploadWith(kind, at, document.querySelector('input').files), [kind, at])
  if (kind === 'tus') {
    await page.waitForFunction(() => window.sent > 0)
    await page.context().setOffline(true)
    await page.waitForTimeout(500)
    await page.context().setOffline(false)
  }
  say(await done)
})
