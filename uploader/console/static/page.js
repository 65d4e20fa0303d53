// The page: what comes in goes into the queue, and how that stands is shown.
import { askForToken, openAccess } from './access.js'
import { takeIn } from './intake.js'
import { isOver, Queue } from './queue.js'
import { forgetOld } from './resume.js'
import { Row } from './row.js'
import { say } from './say.js'
import { tally } from './words.js'

const at = (id) => document.getElementById(id)
const queue = new Queue(changed)

function add(files) {
  const options = { how: document.querySelector('[name=how]:checked').value, tags: at('tags').value.trim() }
  const jobs = files.map((file) => jobOf(file, options))
  at('list').append(...jobs.map((job) => job.row.element))
  queue.add(jobs)
}

function jobOf(file, options) {
  const job = { file, options, sent: 0, state: 'waiting' }
  job.row = new Row(job, (what) => queue[what](job))
  return job
}

let shown = false // what has changed will be, with the next frame

function changed(job) {
  if (job.state === 'held') askForToken(job.error.message)
  if (job.state === 'failed') say(`${job.file.name} failed: ${job.error.message}`, 'failed')
  if (!shown) requestAnimationFrame(show)
  shown = true
}

let told // how many were over when that was said last

// show shows how it stands as a whole.
function show() {
  shown = false
  const { jobs } = queue
  const sum = (of) => jobs.reduce((n, job) => n + of(job), 0)
  at('images').hidden = jobs.length === 0
  at('overall').value = sum((job) => (isOver(job) ? job.file.size : job.sent)) / Math.max(1, sum((job) => job.file.size))
  at('overall').hidden = jobs.every(isOver)
  at('clear').hidden = !jobs.some(isOver)
  at('summary').textContent = tally(jobs)
  const over = jobs.filter(isOver).length
  if (over > 0 && over !== told) say(`${tally(jobs)}.`, 'tally')
  told = over
}

at('clear').addEventListener('click', () => {
  queue.clear()
  show()
  if (at('images').hidden) at('files').focus()
  else at('images-title').focus()
})

addEventListener('beforeunload', (event) => {
  if (!queue.jobs.every(isOver)) event.preventDefault()
})

takeIn({
  input: at('files'),
  zone: at('drop'),
  add,
  left: (n) => say(`Files of the folder that are not images were left out: ${n}.`),
})
forgetOld()
openAccess(() => queue.release())
