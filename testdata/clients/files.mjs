import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { withPage } from './browser.mjs'

// withFiles opens an empty page in Chromium, beside which the files are: use gets the page and a
// function from a file's number to its URL. What kind of file each is, the browser has to see.
export async function withFiles(chromium, folder, files, use) {
  const server = createServer((request, response) => {
    const file = files[request.url.slice(1) || 'none']
    if (!file) response.setHeader('Content-Type', 'text/html')
    response.end(file ? readFileSync(file) : '<!doctype html><title>Files</title>')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = `http://127.0.0.1:${server.address().port}/`
  try {
    await withPage(chromium, folder, async (page) => {
      await page.goto(address)
      await use(page, (n) => address + n)
    })
  } finally {
    server.close()
  }
}
