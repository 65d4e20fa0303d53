// The files that are to be uploaded, and those that were.
import { cancelProcessing, upload } from './upload.js'

const atOnce = 3

// A job is one file. Its state is one of
//   waiting      for its turn
//   held         until there is a token
//   active       bytes are being sent
//   processing   the server has them
//   done, failed, cancelled
export class Queue {
  #jobs = []
  #changed

  // changed is called with a job whose state is another.
  constructor(changed) {
    this.#changed = changed
  }

  get jobs() {
    return this.#jobs
  }

  add(jobs) {
    for (const job of jobs) {
      this.#jobs.push(job)
      this.#set(job, 'waiting')
    }
    this.#next()
  }

  cancel(job) {
    if (job.state === 'processing') {
      job.row.cancelling()
      cancelProcessing(job.imageId)
      return
    }
    job.maybeTaken = job.state === 'active' && job.sent >= job.file.size // the answer was all that was missing
    job.abort?.abort()
    this.#set(job, 'cancelled')
    this.#next()
  }

  retry(job) {
    this.#set(job, 'waiting')
    this.#next()
  }

  // release has those go on that waited for a token.
  release() {
    for (const job of this.#jobs) if (job.state === 'held') this.#set(job, 'waiting')
    this.#next()
  }

  // clear takes away what is over.
  clear() {
    const over = this.#jobs.filter(isOver)
    this.#jobs = this.#jobs.filter((job) => !isOver(job))
    for (const job of over) job.row.remove()
  }

  #set(job, state, imageId) {
    job.state = state
    job.imageId = imageId
    if (state === 'waiting') job.sent = 0
    job.row[state](job)
    this.#changed(job)
  }

  // next starts what there is room for: nothing while a token is missing, since each wrong one
  // counts as a guess.
  #next() {
    if (this.#jobs.some((job) => job.state === 'held')) return
    let room = atOnce - this.#jobs.filter(isUnderWay).length
    for (const job of this.#jobs) {
      if (room <= 0) return
      if (job.state !== 'waiting') continue
      room--
      this.#run(job)
    }
  }

  async #run(job) {
    job.abort = new AbortController()
    const { signal } = job.abort
    const mine = () => !signal.aborted // or another run may have begun
    job.maybeTaken = false
    this.#set(job, 'active')
    try {
      job.answer = await upload(job.file, job.options, {
        signal,
        progress: (sent) => mine() && this.#sent(job, sent),
        waiting: (seconds, error) => mine() && job.row.interrupted(seconds, error),
        processing: (id) => mine() && this.#set(job, 'processing', id),
      })
      if (mine()) this.#set(job, 'done')
    } catch (error) {
      job.error = error
      if (mine()) this.#set(job, stateAfter(error))
    }
    this.#next()
  }

  #sent(job, sent) {
    job.sent = Math.min(sent, job.file.size) // a form is somewhat more than its file
    job.row.sent(job)
    this.#changed(job)
  }
}

export const isOver = (job) => ['done', 'failed', 'cancelled'].includes(job.state)
const isUnderWay = (job) => ['active', 'processing'].includes(job.state)

function stateAfter(error) {
  if (error.status === 401) return 'held'
  return error.name === 'AbortError' ? 'cancelled' : 'failed'
}
