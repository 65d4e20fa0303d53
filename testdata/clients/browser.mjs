import { chromium } from 'playwright-core'

// withPage starts Chromium, without a window, and ends it when the page has been used. It keeps
// its things in the folder, which is empty. It also ends when this process does: they talk over
// a pipe.
export async function withPage(executablePath, folder, use) {
  const browser = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: ['--disable-gpu', '--disable-quic', '--disable-sync'],
  })
  try {
    const page = await browser.newPage()
    page.setDefaultTimeout(30_000)
    await use(page)
  } finally {
    await browser.close()
  }
}
