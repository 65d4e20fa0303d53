// Numbers as people read them.

const space = '\u00a0' // a number and its unit stay on one line

const units = ['bytes', 'KiB', 'MiB', 'GiB']

export function size(bytes) {
  let unit = 0
  let n = bytes
  for (; n >= 1000 && unit < units.length - 1; unit++) n /= 1024
  return `${unit > 0 && n < 10 ? n.toFixed(1) : Math.round(n)}${space}${units[unit]}`
}

// percent never says that all of it is there while something is missing.
export const percent = (part, whole) => `${Math.floor((100 * part) / Math.max(1, whole))}${space}%`

export const dimensions = ({ width, height }) => `${width} × ${height} pixels`

// tally is how a list of jobs stands, in a few words.
export function tally(jobs) {
  const count = (state) => jobs.filter((job) => job.state === state).length
  const parts = [`${count('done')} of ${jobs.length} done`]
  for (const state of ['failed', 'cancelled']) if (count(state) > 0) parts.push(`${count(state)} ${state}`)
  if (count('held') > 0) parts.push(`${count('held')} waiting for a token`)
  return parts.join(', ')
}
