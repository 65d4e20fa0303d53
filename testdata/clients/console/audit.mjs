// axe-core looks at the page.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { say } from '../say.mjs'
import { choose, slow, until } from './rows.mjs'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

// auditing says what is wrong in each state, at two widths and in two schemes. The first three files become images, the others none.
export async function auditing(page, ...files) {
  for (const width of [1280, 360]) {
    for (const colorScheme of ['light', 'dark']) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      await page.reload()
      const look = async (state) => {
        say({ state, width, colorScheme })
        say(await inspect(page))
      }
      await look('empty')
      await slow(page, 100_000)
      await choose(page, ...files.slice(0, 3))
      await page.waitForFunction(() => document.querySelectorAll('.row[data-look=active]').length === 3)
      await look('uploading')
      await slow(page, 0)
      await until(page, 3, 'done')
      await page.waitForFunction(() => [...document.images].every((picture) => picture.naturalWidth > 0))
      await look('completed')
      await choose(page, ...files.slice(3))
      await until(page, files.length - 3, 'failed')
      await look('failed')
    }
  }
}

// inspect is all that is said of the page as it is now.
export const inspect = async (page) => ({ ...(await audit(page)), ...(await measure(page)) })

// audit runs all rules, and those for WCAG 2.2 that are off by themselves.
async function audit(page) {
  await page.evaluate(axe)
  return page.evaluate(async () => {
    const found = await axe.run(document, { rules: { 'target-size': { enabled: true } } })
    const told = ({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html} ${node.failureSummary}`).join('; ')}`
    // Of <progress> axe-core does not want a name.
    const nameless = [...document.querySelectorAll('progress')].filter((bar) => bar.checkVisibility() && !bar.ariaLabel)
    return { passes: found.passes.length, violations: [...found.violations.map(told), ...nameless.map((bar) => `no name: ${bar.outerHTML}`)] }
  })
}

// measure is what axe does not look at: how far the page scrolls sideways, at 320 pixels, too, and the lowest of its controls.
async function measure(page) {
  const sideways = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  const { width, height } = page.viewportSize()
  const wide = await sideways()
  await page.setViewportSize({ width: 320, height })
  const narrow = await sideways()
  await page.setViewportSize({ width, height })
  const lowest = await page.evaluate(() => {
    const controls = [...document.querySelectorAll('button, a, input, summary, .choices label')].filter((e) => e.type !== 'radio' && e.checkVisibility())
    return Math.min(...controls.map((control) => control.getBoundingClientRect().height))
  })
  return { sideways: Math.max(wide, narrow), lowest }
}
