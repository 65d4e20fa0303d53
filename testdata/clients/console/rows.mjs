// What the scenarios do with the page's list.

export const settled = ['done', 'failed', 'cancelled']

// choose gives the page files by its input.
export const choose = (page, ...files) => page.setInputFiles('#files', files)

export const row = (page, name) => page.locator('.row', { has: page.getByRole('heading', { name, exact: true }) })

// until waits for as many rows to look like one of these.
export const until = (page, count, ...looks) =>
  page.waitForFunction(
    ([count, looks]) => [...document.querySelectorAll('.row')].filter((row) => looks.includes(row.dataset.look)).length === count,
    [count, looks],
  )

// readRow is what a row shows, and what it puts into the clipboard. A picture must have been shown to be looked at.
export async function readRow(page, one) {
  await one.scrollIntoViewIfNeeded()
  const seen = await one.evaluate(async (row) => {
    const text = (part) => row.querySelector(part).textContent
    const picture = row.querySelector('img')
    await picture?.decode().catch(() => {})
    return {
      look: row.dataset.look, name: text('.name'), facts: text('.facts'), state: text('.state'),
      picture: picture && {
        loaded: picture.naturalWidth, alt: picture.alt, from: picture.currentSrc,
        width: picture.getAttribute('width'), height: picture.getAttribute('height'),
      },
      link: row.querySelector('.open').href,
    }
  })
  if (seen.look === 'done') {
    seen.url = await copied(page, one, /^Copy URL/)
    seen.srcset = await copied(page, one, /^Copy srcset/)
  }
  return seen
}

// copied presses a button, and reads what that has put into the clipboard.
export async function copied(page, one, name) {
  await page.evaluate(() => navigator.clipboard.writeText('nothing'))
  await one.getByRole('button', { name }).click()
  await page.waitForFunction(async () => (await navigator.clipboard.readText()) !== 'nothing')
  return page.evaluate(() => navigator.clipboard.readText())
}

// slow holds uploads back to so many bytes a second; 0 is no bound.
export async function slow(page, bytes) {
  if (!wires.has(page)) wires.set(page, await page.context().newCDPSession(page)) // each session has bounds of its own
  const wire = wires.get(page)
  await wire.send('Network.enable')
  await wire.send('Network.emulateNetworkConditions', { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: bytes || -1 })
}

const wires = new WeakMap()

// focused is what has the focus, as it is called.
export const focused = (page) =>
  page.evaluate(() => {
    const { activeElement: at } = document
    const name = [...(at.labels ?? [])].map((label) => label.textContent).join() || at.textContent
    return at === document.body ? '' : name.replace(/\s+/g, ' ').trim()
  })
