// One file in the list.
import { copy } from './copy.js'
import { dimensions, percent, size } from './words.js'

export class Row {
  #at = {}
  #job
  #act

  // act is told of the button: 'cancel' or 'retry'.
  constructor(job, act) {
    const element = document.getElementById('row').content.firstElementChild.cloneNode(true)
    for (const part of ['thumb', 'name', 'facts', 'bar', 'state', 'act', 'copy-url', 'copy-srcset', 'open', 'by-hand']) {
      this.#at[part] = element.querySelector(`.${part}`)
    }
    this.element = element
    this.#job = job
    this.#act = act
    this.#at.name.textContent = job.file.name
    this.#at.facts.textContent = size(job.file.size)
    this.#at.bar.ariaLabel = `Upload of ${job.file.name}`
  }

  remove() {
    this.element.remove()
  }

  waiting() {
    this.#show('waiting', 'Waiting', 0)
    this.#offer('Cancel', 'cancel')
  }

  held() {
    this.#show('waiting', 'Waiting for a token', 0)
  }

  active(job) {
    this.#offer('Cancel', 'cancel')
    this.sent(job)
  }

  sent(job) {
    const whole = job.sent >= job.file.size
    if (whole) this.#show('active', 'Processing')
    else this.#show('active', `Uploading, ${percent(job.sent, job.file.size)}`, job.sent / job.file.size)
  }

  interrupted(seconds, error) {
    const { sent, file } = this.#job
    this.#show('interrupted', `${error.message} Next try in ${Math.ceil(seconds)} s.`, sent / Math.max(1, file.size))
  }

  processing() {
    this.#show('active', 'Processing')
  }

  cancelling() {
    this.#show('active', 'Cancelling')
  }

  cancelled({ maybeTaken }) {
    this.#show('cancelled', maybeTaken ? 'Cancelled. The server may have taken it all the same.' : 'Cancelled', null)
    this.#offer('Retry', 'retry')
  }

  failed(job) {
    this.#show('failed', `Failed: ${job.error.message || job.error}`, null)
    this.#offer('Retry', 'retry')
  }

  done({ answer }) {
    this.#show('done', 'Done', null)
    this.#at.facts.textContent = `${answer.format.toUpperCase()}, ${dimensions(answer)}, ${size(answer.bytes)}`
    this.#at.thumb.append(this.#thumbnail(answer))
    this.#offerCopy('copy-url', 'URL', answer.url)
    this.#offerCopy('copy-srcset', 'srcset', answer.srcset)
    this.#label(this.#at.open, 'Open', ' in a new tab')
    this.#at.open.href = answer.url
    this.#at.open.hidden = false
    const focused = document.activeElement === this.#at.act
    this.#at.act.hidden = true
    if (focused) this.#at['copy-url'].focus()
  }

  // show sets the state and how far the bar is: nothing for who knows, null for no bar.
  #show(look, text, part) {
    this.element.dataset.look = look
    this.#at.state.textContent = text
    this.#at.bar.hidden = part === null
    if (part === undefined) this.#at.bar.removeAttribute('value')
    else this.#at.bar.value = part ?? 0
  }

  #offer(text, what) {
    this.#label(this.#at.act, text)
    this.#at.act.hidden = false
    this.#at.act.onclick = () => this.#act(what)
  }

  // label is what a button says, and of which file where one does not see that.
  #label(button, text, more = '') {
    const rest = document.createElement('span')
    rest.className = 'unseen'
    rest.textContent = ` ${this.#job.file.name}${more}`
    button.replaceChildren(text, rest)
  }

  #offerCopy(part, what, text) {
    const button = this.#at[part]
    button.hidden = !text
    this.#label(button, `Copy ${what}`, '')
    button.onclick = async () => {
      if (!(await copy(text, `${what} of ${this.#job.file.name}`, this.#at['by-hand'], button))) return
      button.style.minWidth = `${button.offsetWidth}px` // what is beside it stays where it is
      this.#label(button, 'Copied')
      setTimeout(() => this.#label(button, `Copy ${what}`), 2000)
    }
  }

  #thumbnail({ url, srcset, width, height }) {
    const image = new Image(width, height)
    image.alt = this.#job.file.name
    image.loading = 'lazy'
    image.decoding = 'async'
    image.onerror = () => (this.#at.state.textContent = `Done. ${new URL(image.src).host} does not show it here.`)
    image.src = smallest(srcset) ?? url
    return image
  }
}

// smallest is the first of a srcset by width.
function smallest(srcset) {
  const candidates = (srcset ?? '').split(/,\s+/).map((one) => one.trim().split(/\s+/))
  const sized = candidates.filter(([, w]) => /^\d+w$/.test(w ?? ''))
  return sized.sort(([, a], [, b]) => parseInt(a) - parseInt(b))[0]?.[0]
}
